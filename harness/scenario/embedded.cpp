#include "harness/scenario/embedded.hpp"

#include <algorithm>

#include "certs/x509/config_error.hpp"

namespace mtls::scenario {

Scenario embedded_scenario(std::string_view name)
{
    const auto found = std::ranges::find(embedded(), name, &Embedded::name);
    if (found == embedded().end()) {
        throw x509::ConfigError{"no scenario is called '" + x509::printable(name) + "': see mtls-harness list"};
    }
    return parse_scenario(found->toml, std::string{name} + ".toml");
}

} // namespace mtls::scenario
