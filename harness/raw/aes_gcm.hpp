#pragma once

#include <optional>

#include "harness/raw/bytes.hpp"

/// AES-128-GCM (RFC 5116 §5.1), as both versions of record protection use it. Private to the layer.
namespace mtls::raw {

inline constexpr std::size_t gcm_key_size = 16;
inline constexpr std::size_t gcm_nonce_size = 12;
inline constexpr std::size_t gcm_tag_size = 16;

/// The ciphertext and its tag.
[[nodiscard]] Buffer seal_gcm(Bytes key, Bytes nonce, Bytes associated, Bytes plain);

/// Null if it was not sealed with this key, nonce and associated data.
[[nodiscard]] std::optional<Buffer> open_gcm(Bytes key, Bytes nonce, Bytes associated, Bytes sealed);

} // namespace mtls::raw
