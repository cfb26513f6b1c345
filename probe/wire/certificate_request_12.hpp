#pragma once

#include "probe/wire/certificate_request.hpp"

namespace mtls::wire {

/// RFC 5246 §7.4.4, with the list bounds of §7.4.1.4.1: those printed in §7.4.4 (<2^16-1>) are a misprint.
///     struct {
///         ClientCertificateType certificate_types<1..2^8-1>;
///         SignatureAndHashAlgorithm supported_signature_algorithms<2..2^16-2>;
///         DistinguishedName certificate_authorities<0..2^16-1>;
///     } CertificateRequest;
[[nodiscard]] CertificateRequest parse_certificate_request_12(Bytes body);

} // namespace mtls::wire
