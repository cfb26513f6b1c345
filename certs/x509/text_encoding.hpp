#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mtls::x509 {

/// Text as Windows programs save it, made UTF-8: UTF-16 with or without byte order mark (PowerShell's `>`), UTF-8, or
/// an old code page (then what is not ASCII is only an approximation). Null if it is no text.
[[nodiscard]] std::optional<std::string> text_of(std::span<const std::uint8_t> file);

/// Makes UTF-8 of a text that comes in pieces: of UTF-16, with or without byte order mark, as the first piece shows
/// (some 64 bytes, unless the text is shorter); anything else stays as it is, but for a mark at its beginning.
class TextDecoder {
  public:
    enum class Encoding { not_known, bytes, little, big }; ///< bytes: anything but UTF-16

    [[nodiscard]] std::string decode(std::span<const std::uint8_t> piece);

    [[nodiscard]] Encoding encoding() const { return encoding_; } ///< not_known before the first piece

    [[nodiscard]] bool is_utf16() const { return encoding_ == Encoding::little || encoding_ == Encoding::big; }

  private:
    std::string from_utf16(std::span<const std::uint8_t> piece);
    void append(std::string& text, char32_t unit);

    Encoding encoding_ = Encoding::not_known;
    std::optional<std::uint8_t> half_; ///< of a unit that the piece before ended in
    std::optional<char32_t> high_;     ///< the first of a pair
};

} // namespace mtls::x509
