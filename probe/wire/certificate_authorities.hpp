#pragma once

#include "probe/wire/certificate_request.hpp"
#include "probe/wire/reader.hpp"

namespace mtls::wire {

/// The list that every CertificateRequest has in common, as a vector `field` of
///     opaque DistinguishedName<1..2^16-1>;
/// False: its framing is broken. The entries before the break are listed; the bytes that are there of the entry that
/// runs past the end, if any, are the last entry, with its error. An entry of zero length is listed with its error, and
/// so are its neighbours.
[[nodiscard]] bool read_certificate_authorities(Reader& in, const Field& field, CertificateRequest& request);

} // namespace mtls::wire
