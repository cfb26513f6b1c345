#pragma once

#include <optional>
#include <vector>

#include "certs/x509/contents.hpp"

namespace mtls::x509 {

/// The certificate that a file is about, and the key in it.
struct Pair {
    Certificate leaf;
    std::optional<PrivateKey> key;
};

/// The first certificate that a key belongs to; else the first that is no CA; else the first. There must be one.
[[nodiscard]] Pair choose_pair(const Contents& contents);

/// `certificates` without `leaf` and duplicates: first its path, each issuer after what it issued, then the others, for
/// what the owner put into the file is what is sent.
[[nodiscard]] std::vector<Certificate> in_sending_order(const Certificate& leaf, std::vector<Certificate> certificates);

} // namespace mtls::x509
