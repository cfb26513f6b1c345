#pragma once

#include <optional>
#include <string_view>

#include <toml++/toml.h>

#include "certs/pki/recipe.hpp"

namespace mtls::scenario {

/// The `[[pki.KIND]]` tables of a scenario, merged onto the standard recipe, whose entries they may refer to or
/// replace. Null if there are none. Throws ConfigError that points into the scenario.
[[nodiscard]] std::optional<pki::Recipe> pki_section(const toml::table& document, std::string_view text,
                                                     std::string_view source);

} // namespace mtls::scenario
