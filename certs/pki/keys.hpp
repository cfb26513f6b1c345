#pragma once

#include <array>
#include <string_view>

#include "certs/ossl/handles.hpp"

namespace mtls::pki {

/// What `key =` may say in a recipe.
inline constexpr std::array<std::string_view, 6> key_kinds{"rsa-2048", "rsa-3072", "rsa-1024",
                                                           "ec-p256",  "ec-p384",  "ed25519"};

/// What `digest =` may say.
inline constexpr std::array<std::string_view, 4> digest_kinds{"sha1", "sha256", "sha384", "sha512"};

/// A new key of one of key_kinds. Throws ossl::Error.
[[nodiscard]] ossl::EvpPkeyPtr new_key(std::string_view kind);

/// What a key signs with; null for keys that bring their own digest (Ed25519).
[[nodiscard]] const EVP_MD* signing_digest(const EVP_PKEY* key, std::string_view kind);

} // namespace mtls::pki
