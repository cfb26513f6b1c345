#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::iis {

/// Text as Windows programs save it, made UTF-8: UTF-16 with or without byte order mark (PowerShell's `>`), UTF-8, or
/// an old code page (then what is not ASCII is only an approximation). Null if it is no text.
[[nodiscard]] std::optional<std::string> text_of(std::span<const std::uint8_t> file);

/// The lines, without their ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

[[nodiscard]] std::string_view trimmed(std::string_view text); ///< without blanks and tabs around it

/// ASCII letters made small.
[[nodiscard]] std::string lower(std::string_view text);

} // namespace mtls::iis
