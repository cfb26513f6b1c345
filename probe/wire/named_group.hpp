#pragma once

#include <cstdint>
#include <string>

namespace mtls::wire {

// clang-format off

/// RFC 8446 §4.2.7, RFC 8422 §5.1.1, RFC 7919 and the IANA registry; an open enum.
enum class NamedGroup : std::uint16_t {
    secp160r1 = 16, secp192r1 = 19, secp224r1 = 21, secp256k1 = 22, secp256r1 = 23, secp384r1 = 24, secp521r1 = 25,
    brainpoolP256r1 = 26, brainpoolP384r1 = 27, brainpoolP512r1 = 28, x25519 = 29, x448 = 30,
    ffdhe2048 = 256, ffdhe3072 = 257, ffdhe4096 = 258, ffdhe6144 = 259, ffdhe8192 = 260,
    X25519MLKEM768 = 0x11ec,
};

// clang-format on

[[nodiscard]] std::string name(NamedGroup group); ///< the registry's name, or the hex code

} // namespace mtls::wire
