#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/raw/bytes.hpp"

namespace mtls::raw {

/// What of a ClientHello (RFC 8446 §4.1.2) the scripts look at.
struct ClientHello {
    Buffer random;
    Buffer session_id;
    std::vector<std::uint16_t> cipher_suites;
    std::vector<std::uint16_t> versions; ///< supported_versions; without it, everything up to legacy_version
    std::vector<std::uint16_t> groups;
    std::optional<Buffer> x25519_share;
    std::optional<std::string> sni;
    bool secure_renegotiation = false; ///< RFC 5746: the extension, or the cipher suite that stands for it

    [[nodiscard]] bool offers_cipher(std::uint16_t suite) const;
    [[nodiscard]] bool offers_version(std::uint16_t version) const;
    [[nodiscard]] bool offers_group(std::uint16_t group) const;
};

/// Null if the body's framing is broken.
[[nodiscard]] std::optional<ClientHello> parse_client_hello(Bytes body);

} // namespace mtls::raw
