#include "tests/fuzz/safe_text.hpp"

#include <cstddef>
#include <cstdint>

namespace mtls::fuzz {
namespace {

/// How many bytes the first one announces; 0 if no character can begin with it.
std::size_t length_from(std::uint8_t first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2) { // a continuation byte, or a character that needs no two bytes
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

bool is_harmless(std::uint32_t character)
{
    const bool control = character < 0x20 || (character >= 0x7f && character < 0xa0);
    const bool surrogate = character >= 0xd800 && character < 0xe000;
    const bool invisible = (character >= 0x200b && character <= 0x200f) || character == 0xfeff;
    const bool turns = (character >= 0x2028 && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
    return !control && !surrogate && !invisible && !turns && character < 0x110000;
}

} // namespace

bool is_safe_text(std::string_view text)
{
    while (!text.empty()) {
        const auto first = static_cast<std::uint8_t>(text.front());
        const std::size_t length = length_from(first);
        if (length == 0 || length > text.size()) {
            return false;
        }
        std::uint32_t character = length == 1 ? first : first & (0x7fU >> length);
        for (const char next : text.substr(1, length - 1)) {
            if ((static_cast<std::uint8_t>(next) & 0xc0U) != 0x80U) {
                return false;
            }
            character = character << 6U | (static_cast<std::uint8_t>(next) & 0x3fU);
        }
        const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
        if (overlong || !is_harmless(character)) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

} // namespace mtls::fuzz
