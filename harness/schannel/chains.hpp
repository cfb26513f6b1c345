#pragma once

#include <span>
#include <vector>

#include "certs/x509/certificate.hpp"

namespace mtls::schannel {

using Chain = std::vector<x509::Certificate>;

/// Every chain from `leaf` upwards (leaf first) that `pool` allows, complete or not: a cross-signed authority opens
/// two. No trust is implied. Windows looks for a good one among them.
[[nodiscard]] std::vector<Chain> chains(const x509::Certificate& leaf, std::span<const x509::Certificate> pool);

} // namespace mtls::schannel
