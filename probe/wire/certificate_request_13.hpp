#pragma once

#include "probe/wire/certificate_request.hpp"

namespace mtls::wire {

/// RFC 8446 §4.3.2.
///     struct {
///         opaque certificate_request_context<0..2^8-1>;
///         Extension extensions<2..2^16-1>;
///     } CertificateRequest;
/// An error inside one extension does not hide another; of an extension that comes twice the first one counts.
[[nodiscard]] CertificateRequest parse_certificate_request_13(Bytes body);

} // namespace mtls::wire
