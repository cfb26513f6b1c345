#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtls::iis {

/// The lines, without their ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

[[nodiscard]] std::string_view trimmed(std::string_view text); ///< without blanks and tabs around it

/// ASCII letters made small.
[[nodiscard]] std::string lower(std::string_view text);

} // namespace mtls::iis
