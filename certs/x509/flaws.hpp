#pragma once

#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"

namespace mtls::x509 {

enum class FlawKind {
    any_usage,          ///< extended key usage is anyExtendedKeyUsage alone: OpenSSL does not take it for clientAuth
    other_usage,        ///< an extension allows other things than TLS clients
    weak_key,           ///< for OpenSSL's security level 2, the default of Debian
    weak_signature,     ///< the same, of the digest that it is signed with
    critical_extension, ///< one that OpenSSL does not know
    name_constraints,   ///< those of a CA above exclude its names
    path_length,        ///< it allows fewer CAs below it than there are
    no_ca,              ///< stands above a certificate, and may not issue any
};

struct Flaw {
    FlawKind kind = FlawKind::other_usage;
    std::size_t height = 0; ///< 0 the client's certificate, 1 the one above it...

    friend bool operator==(const Flaw&, const Flaw&) = default;
};

/// What OpenSSL holds against the certificate of a client whomever it trusts, lowest first; dates are left aside.
/// `above` as build_path() makes it: its last is taken for trusted.
[[nodiscard]] std::vector<Flaw> flaws_of(const Certificate& leaf, const std::vector<Certificate>& above);

/// Critical extensions that OpenSSL does not know, by their dotted OID.
[[nodiscard]] std::vector<std::string> unknown_critical_extensions(const Certificate& certificate);

} // namespace mtls::x509
