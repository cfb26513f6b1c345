#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace mtls::iis {

/// The lines, without their ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

[[nodiscard]] std::string_view trimmed(std::string_view text); ///< without blanks and tabs around it

/// ASCII letters made small.
[[nodiscard]] std::string lower(std::string_view text);

/// All of a text as one decimal number; null if it is none, or does not fit.
template <class Number> [[nodiscard]] std::optional<Number> number(std::string_view digits)
{
    Number value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{value} : std::nullopt;
}

} // namespace mtls::iis
