#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "certs/pki/mistakes.hpp"

namespace mtls::pki {

/// `a.b.c` has three. Each is one more table for toml++ to go down into, once for every level of its recursion, and up
/// to 256 inline tables may stand in one another.
inline constexpr std::size_t most_key_parts = 32;

/// Where a dotted key of a TOML text (`a.b = 1`, `[a.b]`, `{a.b = 1}`) begins that has more parts than that.
[[nodiscard]] std::optional<Mistake> key_that_is_too_long(std::string_view text);

} // namespace mtls::pki
