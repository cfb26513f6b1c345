#include "probe/iis/text.hpp"

#include <algorithm>

#include "certs/x509/unicode.hpp"

namespace mtls::iis {

namespace {

using Bytes = std::span<const std::uint8_t>;

enum class Order { little, big };

char32_t unit(Bytes bytes, std::size_t at, Order order)
{
    const char32_t first = bytes[at];
    const char32_t second = bytes[at + 1];
    return order == Order::little ? first | second << 8U : first << 8U | second;
}

std::string from_utf16(Bytes bytes, Order order)
{
    constexpr char32_t replacement = 0xfffd;
    std::string text;
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        char32_t character = unit(bytes, at, order);
        if (character >= 0xd800 && character < 0xdc00 && at + 3 < bytes.size()) {
            const char32_t low = unit(bytes, at + 2, order);
            if (low >= 0xdc00 && low < 0xe000) {
                character = 0x10000 + ((character - 0xd800) << 10U) + (low - 0xdc00);
                at += 2;
            }
        }
        x509::append_utf8(text, character >= 0xd800 && character < 0xe000 ? replacement : character);
    }
    return text;
}

std::string from_code_page(Bytes bytes)
{
    std::string text;
    for (const std::uint8_t byte : bytes) {
        x509::append_utf8(text, byte);
    }
    return text;
}

/// Mostly ASCII, so that every other byte is zero.
std::optional<Order> utf16_without_mark(Bytes bytes)
{
    const std::size_t looked_at = std::min<std::size_t>(bytes.size() & ~std::size_t{1}, 64);
    std::size_t zeros[2] = {0, 0};
    for (std::size_t at = 0; at < looked_at; ++at) {
        zeros[at % 2] += bytes[at] == 0 ? 1 : 0;
    }
    if (looked_at < 8 || zeros[0] + zeros[1] < looked_at / 3) {
        return std::nullopt;
    }
    return zeros[1] > zeros[0] ? Order::little : Order::big;
}

} // namespace

std::optional<std::string> text_of(Bytes file)
{
    if (file.size() >= 2 && file[0] == 0xff && file[1] == 0xfe) {
        return from_utf16(file.subspan(2), Order::little);
    }
    if (file.size() >= 2 && file[0] == 0xfe && file[1] == 0xff) {
        return from_utf16(file.subspan(2), Order::big);
    }
    if (file.size() >= 3 && file[0] == 0xef && file[1] == 0xbb && file[2] == 0xbf) {
        file = file.subspan(3);
    }
    if (const auto order = utf16_without_mark(file)) {
        return from_utf16(file, *order);
    }
    if (std::find(file.begin(), file.end(), 0) != file.end()) {
        return std::nullopt;
    }
    std::string text(file.begin(), file.end());
    return x509::invalid_utf8(text) ? from_code_page(file) : text;
}

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (lines.back().ends_with('\r')) {
            lines.back().remove_suffix(1);
        }
    }
    return lines;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t";
    const auto start = text.find_first_not_of(blanks);
    return start == std::string_view::npos ? "" : text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

std::string lower(std::string_view text)
{
    std::string small{text};
    std::transform(small.begin(), small.end(), small.begin(), [](char character) {
        return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
    });
    return small;
}

} // namespace mtls::iis
