#pragma once

#include <optional>
#include <string_view>

#include "certs/pki/recipe.hpp"
#include "harness/scenario/table_reader.hpp"

namespace mtls::scenario {

/// The `[[pki.KIND]]` tables of a scenario, merged onto the standard recipe, whose entries they may refer to or
/// replace. Null if there are none. What is wrong with them goes to the reader's mistakes, with its place in the
/// scenario; then the recipe holds names only.
[[nodiscard]] std::optional<pki::Recipe> pki_section(TableReader& document, std::string_view text,
                                                     std::string_view source);

} // namespace mtls::scenario
