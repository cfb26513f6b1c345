#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "certs/x509/name.hpp"
#include "probe/wire/certificate_request.hpp"

namespace mtls::clients {

/// When the server asks.
enum class Moment {
    handshake, ///< in the first one
    late,      ///< renegotiation, or post-handshake authentication in TLS 1.3
};

/// A CertificateRequest as the clients see it.
struct Asked {
    wire::CertificateRequest request;
    std::vector<x509::Name> names; ///< of request.certificate_authorities, in order, whatever their bytes are
    Moment moment = Moment::handshake;
    std::optional<std::string> cipher; ///< IANA name of the suite that was agreed on; null if it is not known
};

/// Fills in the names.
[[nodiscard]] Asked asked_by(wire::CertificateRequest request);

/// A certificate that its owner configured or imported, and nothing else. Its key is taken to be there.
struct Held {
    x509::Certificate leaf;
    std::vector<x509::Certificate> chain; ///< configured with it, as it goes on the wire; or imported with it
    std::vector<x509::Certificate> above; ///< every CA that is known on the way up, also from elsewhere; nearest first
};

/// What a rule answers. Refers to `asked` and `held`, which must live as long.
struct Question {
    Question(const Asked& asked_, const Held& held_, x509::Time now_);

    const Asked& asked;
    const Held& held;
    x509::Time now{};
    bool tls13 = false;
    std::vector<x509::Certificate> own_path; ///< over the leaf, from its own chain alone
    std::size_t own_intermediates = 0;       ///< of own_path, those that are not its root
    bool path_complete = false;              ///< held.above ends in a root, so nothing can lie over it
    std::vector<x509::Name> akin; ///< those of asked.names that resemble a name of this certificate's path or chain

    /// The list names nobody, so that anybody will do.
    [[nodiscard]] bool no_list() const { return asked.names.empty(); }

    [[nodiscard]] bool expired() const; ///< or not valid yet, or its dates cannot be read
};

/// Departures from the RFC that programs were seen to treat each in its own way.
enum class Oddity {
    none,
    empty_list_extension, ///< TLS 1.3: certificate_authorities is there and holds no name
    no_certificate_types, ///< up to TLS 1.2: none is listed
    not_a_name,           ///< an entry of the list is not one DER Name; the list's framing holds
    other,                ///< anything else
};

[[nodiscard]] Oddity oddity_of(const Asked& asked);

} // namespace mtls::clients
