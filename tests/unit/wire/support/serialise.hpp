#pragma once

#include <cstdint>
#include <vector>

#include "probe/wire/certificate_request.hpp"

namespace mtls::wire::test {

/// The body that a request which parses without error was read from. That it is the same, byte for byte, is what
/// "lossless" means.
[[nodiscard]] std::vector<std::uint8_t> serialise(const CertificateRequest& request);

} // namespace mtls::wire::test
