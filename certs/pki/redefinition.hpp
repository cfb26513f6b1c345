#pragma once

#include <string_view>

#include <toml++/toml.h>

#include "certs/pki/mistakes.hpp"

namespace mtls::pki {

/// A syntax error, where it stands in `text`. Of a key that is there twice toml++ tells the value's place: here it is
/// the second key's.
[[nodiscard]] Mistake mistake_of(const toml::parse_error& error, std::string_view text);

} // namespace mtls::pki
