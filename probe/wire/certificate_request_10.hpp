#pragma once

#include "probe/wire/certificate_request.hpp"

namespace mtls::wire {

/// RFC 4346 §7.4.4; SSL 3.0 and TLS 1.0 send the same.
///     struct {
///         ClientCertificateType certificate_types<1..2^8-1>;
///         DistinguishedName certificate_authorities<0..2^16-1>;
///     } CertificateRequest;
/// RFC 2246 §7.4.4 prints the lower bound of the list as 3; an empty one is what servers send, and what 1.1 made legal.
[[nodiscard]] CertificateRequest parse_certificate_request_10(ProtocolVersion version, Bytes body);

} // namespace mtls::wire
