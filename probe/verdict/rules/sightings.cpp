#include "probe/verdict/rules/sightings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"

namespace mtls::verdict::rules {

void Sightings::add(const observation::Observation& where, std::string what)
{
    const auto known = std::find_if(seen_.begin(), seen_.end(), [&](const auto& each) { return each.first == what; });
    if (known == seen_.end()) {
        seen_.emplace_back(std::move(what), std::vector{&where});
    } else if (known->second.back() != &where) {
        known->second.push_back(&where);
    }
}

std::vector<std::string> Sightings::lines() const
{
    std::vector<std::string> lines;
    for (const auto& [what, places] : seen_) {
        lines.push_back(fmt::format("{}: {}", where(places), what));
    }
    return lines;
}

} // namespace mtls::verdict::rules
