#pragma once

#include "probe/wire/certificate_request.hpp"
#include "probe/wire/reader.hpp"

namespace mtls::wire {

/// RFC 8446 §4.2.
///     struct {
///         ExtensionType extension_type;
///         opaque extension_data<0..2^16-1>;
///     } Extension;
/// False: the framing is broken. What is there of the data is then in `extension`, if its type and length are there.
[[nodiscard]] bool read_extension(Reader& in, std::optional<Extension>& extension);

/// Where extension_data's content begins in the message body.
[[nodiscard]] std::size_t data_offset(const Extension& extension);

} // namespace mtls::wire
