#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "certs/x509/name.hpp"

/// The small values of a recipe.
namespace mtls::pki {

/// "-1d", "12h", "10y"; null if it is nothing of the kind or beyond 1,900 years, which no certificate could hold.
[[nodiscard]] std::optional<std::chrono::seconds> relative_time(std::string_view text);

/// Pairs of hexadecimal digits; null if it is something else.
[[nodiscard]] std::optional<x509::Der> unhex(std::string_view text);

/// Whether an entry may be called so: it becomes a file name, and `ca.pem` is taken.
[[nodiscard]] bool is_entry_name(std::string_view text);

/// In quotes, safe to print.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace mtls::pki
