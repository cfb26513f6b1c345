#pragma once

#include <span>
#include <vector>

#include "certs/x509/certificate.hpp"

namespace mtls::schannel {

using Chain = std::vector<x509::Certificate>;

/// Every chain from `leaf` upwards (leaf first) that `pool` allows, complete or not: a cross-signed authority opens
/// two. No trust is implied. Windows looks for a good one among them. At least one, and no more than 64: the search
/// ends soon, whatever a client has sent.
[[nodiscard]] std::vector<Chain> chains(const x509::Certificate& leaf, std::span<const x509::Certificate> pool);

} // namespace mtls::schannel
