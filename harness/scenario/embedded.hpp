#pragma once

#include <string_view>
#include <vector>

#include "harness/scenario/scenario.hpp"

namespace mtls::scenario {

/// A file of harness/scenarios/ inside the program, so that the program is one file to copy.
struct Embedded {
    std::string_view name;
    std::string_view toml;
};

/// All of them, by name.
[[nodiscard]] const std::vector<Embedded>& embedded();

/// One of them. Throws ConfigError if there is none of that name.
[[nodiscard]] const Embedded& embedded_file(std::string_view name);

/// Reads one of them. Throws ConfigError if there is none of that name.
[[nodiscard]] Scenario embedded_scenario(std::string_view name);

} // namespace mtls::scenario
