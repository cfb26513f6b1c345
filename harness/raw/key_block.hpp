#pragma once

#include <string_view>

#include "harness/raw/bytes.hpp"

/// RFC 5246 §5 and §6.3 for the cipher suites with AES_128_GCM_SHA256 (RFC 5288). Private to the layer.
namespace mtls::raw {

/// PRF(secret, label, seed) with SHA-256.
[[nodiscard]] Buffer prf(Bytes secret, std::string_view label, Bytes seed, std::size_t size);

/// Without the extended master secret (RFC 7627), which the scripts never take up.
struct KeyBlock {
    Buffer master_secret;
    Buffer client_key;
    Buffer server_key;
    Buffer client_salt;
    Buffer server_salt;
};

[[nodiscard]] KeyBlock key_block(Bytes premaster_secret, Bytes client_random, Bytes server_random);

/// RFC 5246 §7.4.9: the server's verify_data, from the hash of all messages before.
[[nodiscard]] Buffer server_finished_12(Bytes master_secret, Bytes transcript_hash);

} // namespace mtls::raw
