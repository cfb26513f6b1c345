#include "certs/x509/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "certs/x509/unicode.hpp"

namespace mtls::x509 {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr char32_t replacement = 0xfffd;

bool is_high(char32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low(char32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

std::string from_code_page(Bytes bytes)
{
    std::string text;
    for (const std::uint8_t byte : bytes) {
        append_utf8(text, byte);
    }
    return text;
}

using Encoding = TextDecoder::Encoding;

/// Mostly ASCII, so that every other byte is zero.
Encoding without_mark(Bytes bytes)
{
    const std::size_t looked_at = std::min<std::size_t>(bytes.size() & ~std::size_t{1}, 64);
    std::array<std::size_t, 2> zeros{};
    for (std::size_t at = 0; at < looked_at; ++at) {
        zeros.at(at % 2) += bytes[at] == 0 ? 1 : 0;
    }
    if (looked_at < 8 || zeros[0] + zeros[1] < looked_at / 3) {
        return Encoding::bytes;
    }
    return zeros[1] > zeros[0] ? Encoding::little : Encoding::big;
}

bool starts_with(Bytes bytes, std::initializer_list<std::uint8_t> mark)
{
    return bytes.size() >= mark.size() && std::equal(mark.begin(), mark.end(), bytes.begin());
}

/// What the beginning of a text shows.
struct Beginning {
    Encoding encoding = Encoding::bytes;
    std::size_t mark = 0; ///< length of the byte order mark
};

Beginning beginning_of(Bytes bytes)
{
    if (starts_with(bytes, {0xff, 0xfe})) {
        return {Encoding::little, 2};
    }
    if (starts_with(bytes, {0xfe, 0xff})) {
        return {Encoding::big, 2};
    }
    if (starts_with(bytes, {0xef, 0xbb, 0xbf})) {
        return {Encoding::bytes, 3};
    }
    return {without_mark(bytes), 0};
}

} // namespace

std::string TextDecoder::decode(Bytes piece)
{
    if (encoding_ == Encoding::not_known && !piece.empty()) {
        const Beginning beginning = beginning_of(piece);
        piece = piece.subspan(beginning.mark);
        encoding_ = beginning.encoding;
    }
    return encoding_ == Encoding::bytes ? std::string(piece.begin(), piece.end()) : from_utf16(piece);
}

std::string TextDecoder::from_utf16(Bytes piece)
{
    std::string text;
    for (const std::uint8_t byte : piece) {
        if (!half_) {
            half_ = byte;
            continue;
        }
        const char32_t first = *half_;
        const char32_t second = byte;
        half_.reset();
        append(text, encoding_ == Encoding::little ? first | second << 8U : first << 8U | second);
    }
    return text;
}

void TextDecoder::append(std::string& text, char32_t unit)
{
    if (high_ && is_low(unit)) {
        append_utf8(text, 0x10000 + ((*high_ - 0xd800) << 10U) + (unit - 0xdc00));
        high_.reset();
        return;
    }
    if (high_) {
        append_utf8(text, replacement); // its other half did not come
        high_.reset();
    }
    if (is_high(unit)) {
        high_ = unit;
    } else {
        append_utf8(text, is_low(unit) ? replacement : unit);
    }
}

std::optional<std::string> text_of(Bytes file)
{
    TextDecoder decoder;
    std::string text = decoder.decode(file);
    if (decoder.encoding() != Encoding::bytes) {
        return text;
    }
    if (text.find('\0') != std::string::npos) {
        return std::nullopt;
    }
    return invalid_utf8(text) ? from_code_page(file.last(text.size())) : text;
}

} // namespace mtls::x509
