#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mtls::explain {

/// A number as people paste it. A word may have both readings: 80090016, 109.
struct Number {
    std::optional<std::uint32_t> decimal; ///< 2148204809, -2146762487 (as an unsigned number)
    std::optional<std::uint32_t> hex;     ///< 0x800B0109, 800B0109, 800B0109h
    bool marked_hex = false;              ///< `0x` or a trailing h: it is hex and nothing else
};

/// Null if it is no number of at most 32 bits.
[[nodiscard]] std::optional<Number> number_of(std::string_view word);

} // namespace mtls::explain
