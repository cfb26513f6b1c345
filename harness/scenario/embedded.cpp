#include "harness/scenario/embedded.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "certs/pki/mistakes.hpp"

namespace mtls::scenario {

const Embedded& embedded_file(std::string_view name)
{
    const auto found = std::ranges::find(embedded(), name, &Embedded::name);
    if (found == embedded().end()) {
        std::vector<std::string> names;
        std::ranges::transform(embedded(), std::back_inserter(names),
                               [](const auto& each) { return std::string{each.name}; });
        throw x509::ConfigError{"no scenario is called '" + x509::printable(name) + "'" +
                                pki::did_you_mean(name, names) + ": see mtls-harness list"};
    }
    return *found;
}

Scenario embedded_scenario(std::string_view name)
{
    return parse_scenario(embedded_file(name).toml, std::string{name} + ".toml");
}

} // namespace mtls::scenario
