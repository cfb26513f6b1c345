#include "certs/x509/unicode.hpp"

#include <algorithm>
#include <array>

#include "certs/x509/name.hpp"

namespace mtls::x509 {

namespace {

constexpr std::string_view upper_digits = "0123456789ABCDEF";
constexpr std::string_view lower_digits = "0123456789abcdef";

struct Range {
    char32_t first = 0;
    char32_t last = 0;
};

/// What is_printable() refuses, in order. Unicode 15: categories Cc, Zl, Zp, Cs, Co, noncharacters, and
/// Default_Ignorable_Code_Point of DerivedCoreProperties.txt.
constexpr std::array unprintable{
    Range{0x0000, 0x001f},   Range{0x007f, 0x009f},   Range{0x00ad, 0x00ad},   Range{0x034f, 0x034f},
    Range{0x061c, 0x061c},   Range{0x115f, 0x1160},   Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},
    Range{0x200b, 0x200f},   Range{0x2028, 0x202e},   Range{0x2060, 0x206f},   Range{0x3164, 0x3164},
    Range{0xd800, 0xf8ff},   Range{0xfdd0, 0xfdef},   Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},
    Range{0xffa0, 0xffa0},   Range{0xfff0, 0xfffb},   Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a},
    Range{0xe0000, 0xe0fff}, Range{0xf0000, 0x10ffff}};

bool is_continuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

} // namespace

std::optional<CodePoint> decode_utf8(std::string_view text, std::size_t offset)
{
    const auto lead = static_cast<unsigned char>(text[offset]);
    if (lead < 0x80) {
        return CodePoint{lead, 1};
    }
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() - offset < size) {
        return std::nullopt;
    }
    char32_t value = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(text[offset + i])) {
            return std::nullopt;
        }
        value = value << 6U | (static_cast<unsigned char>(text[offset + i]) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest.at(size) || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
        return std::nullopt;
    }
    return CodePoint{value, size};
}

std::optional<std::size_t> invalid_utf8(std::string_view text)
{
    for (std::size_t offset = 0; offset < text.size();) {
        const auto character = decode_utf8(text, offset);
        if (!character) {
            return offset;
        }
        offset += character->size;
    }
    return std::nullopt;
}

void append_utf8(std::string& text, char32_t character)
{
    const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((character >> shift) & 0x3fU)); };
    if (character < 0x80) {
        text += static_cast<char>(character);
    } else if (character < 0x800) {
        text += static_cast<char>(0xc0U | (character >> 6U));
        tail(0);
    } else if (character < 0x10000) {
        text += static_cast<char>(0xe0U | (character >> 12U));
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0U | (character >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

bool is_printable(char32_t character)
{
    if ((character & 0xfffeU) == 0xfffeU) {
        return false;
    }
    const auto* const range = std::lower_bound(unprintable.begin(), unprintable.end(), character,
                                               [](const Range& item, char32_t value) { return item.last < value; });
    return range == unprintable.end() || character < range->first;
}

void append_escaped(std::string& text, std::string_view bytes)
{
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += '\\';
        text += upper_digits[value >> 4U];
        text += upper_digits[value & 0xfU];
    }
}

std::string hex(Bytes bytes)
{
    std::string text(bytes.size() * 2, '\0');
    std::size_t at = 0;
    for (const std::uint8_t byte : bytes) {
        text[at++] = lower_digits[byte >> 4U];
        text[at++] = lower_digits[byte & 0xfU];
    }
    return text;
}

namespace {

std::string escaped(std::string_view text, char32_t backslash)
{
    std::string safe;
    safe.reserve(text.size());
    for (std::size_t offset = 0; offset < text.size();) {
        const auto character = decode_utf8(text, offset);
        const std::string_view bytes = text.substr(offset, character ? character->size : 1);
        if (character && is_printable(character->value) && character->value != backslash) {
            safe += bytes;
        } else {
            append_escaped(safe, bytes);
        }
        offset += bytes.size();
    }
    return safe;
}

} // namespace

std::string printable(std::string_view text)
{
    return escaped(text, U'\\');
}

std::string printable_again(std::string_view text)
{
    return escaped(text, U'\0'); // which is escaped in any case
}

} // namespace mtls::x509
