#pragma once

#include <optional>
#include <vector>

#include "harness/raw/bytes.hpp"
#include "harness/scenario/raw.hpp"
#include "harness/scenario/scenario.hpp"

namespace mtls::raw {

/// A CertificateRequest to say, its names looked up.
struct RequestFields {
    Buffer certificate_types;
    Buffer signature_algorithms;
    Buffer context;
    std::optional<std::vector<Buffer>> authorities; ///< the bytes of each entry
    scenario::Malformation malformation = scenario::Malformation::none;
    std::optional<Buffer> body; ///< instead of all that
};

/// The body as `version` defines it (RFC 4346 §7.4.4, RFC 5246 §7.4.4, RFC 8446 §4.3.2), malformed as wished. A
/// malformation that the version has no place for changes nothing.
[[nodiscard]] Buffer request_body(const RequestFields& fields, scenario::TlsVersion version);

} // namespace mtls::raw
