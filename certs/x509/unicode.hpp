#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Just enough of Unicode to print what strangers call themselves.
namespace mtls::x509 {

/// One decoded character and the bytes it took.
struct CodePoint {
    char32_t value = 0;
    std::size_t size = 0;
};

/// The character at `offset`. Null unless it is well-formed UTF-8 by RFC 3629 §3: no overlong forms, no surrogates,
/// nothing above U+10FFFF.
[[nodiscard]] std::optional<CodePoint> decode_utf8(std::string_view text, std::size_t offset);

/// Offset of the first byte that is not UTF-8; null if there is none.
[[nodiscard]] std::optional<std::size_t> invalid_utf8(std::string_view text);

/// Appends one character, which must be a Unicode scalar value.
void append_utf8(std::string& text, char32_t character);

/// Whether a character leaves a visible, unambiguous mark: no controls, no bidirectional formatting, nothing that
/// Unicode calls Default_Ignorable_Code_Point (zero-width, fillers, variation selectors, tags), no line or paragraph
/// separators, no surrogates, noncharacters or private use.
[[nodiscard]] bool is_printable(char32_t character);

/// Appends each byte as `\XX`.
void append_escaped(std::string& text, std::string_view bytes);

/// printable() (name.hpp) for text that was made printable in parts, such as an error's: a backslash stays what it is.
[[nodiscard]] std::string printable_again(std::string_view text);

} // namespace mtls::x509
