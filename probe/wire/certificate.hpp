#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "probe/wire/parse_error.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::wire {

/// The Certificate message: RFC 5246 §7.4.2, RFC 8446 §4.4.2 (whose per-certificate extensions are skipped, framing
/// checked). The certificates as received, leaf first, those before an error included.
struct CertificateMessage {
    std::vector<std::vector<std::uint8_t>> certificates;
    std::optional<ParseError> error;
};

[[nodiscard]] CertificateMessage parse_certificate(ProtocolVersion version, Bytes body);

} // namespace mtls::wire
