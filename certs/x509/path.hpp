#pragma once

#include <vector>

#include "certs/x509/certificate.hpp"

namespace mtls::x509 {

/// The certificates above `leaf`, nearest first, as far as `pool` allows: each issued the one before. Stops at a
/// self-signed certificate, at a loop, or when no issuer is in the pool. Pure; no trust is implied.
[[nodiscard]] std::vector<Certificate> build_path(const Certificate& leaf, const std::vector<Certificate>& pool);

/// Whether the path (leaf excluded) ends in a self-signed certificate.
[[nodiscard]] bool ends_in_root(const Certificate& leaf, const std::vector<Certificate>& path);

} // namespace mtls::x509
