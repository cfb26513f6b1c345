#include <algorithm>

#include "certs/pki/recipe.hpp"
#include "certs/pki/standard_toml.hpp"

namespace mtls::pki {

namespace {

template <class T> void replace_or_add(std::vector<T>& all, const T& item)
{
    const auto same = std::ranges::find(all, item.name, &T::name);
    if (same != all.end()) {
        *same = item;
    } else {
        all.push_back(item);
    }
}

/// Each entry after the one that signs it and the one whose key it has; otherwise the order stays. What waits in a
/// circle goes last, where the hierarchy will miss its issuer.
std::vector<Entry> issuers_first(std::vector<Entry> waiting)
{
    std::vector<Entry> ordered;
    const auto is_waiting = [&](const std::optional<std::string>& name) {
        return name && std::ranges::find(waiting, *name, &Entry::name) != waiting.end();
    };
    while (!waiting.empty()) {
        auto next = std::ranges::find_if(
            waiting, [&](const Entry& entry) { return !is_waiting(entry.issuer) && !is_waiting(entry.same_key_as); });
        if (next == waiting.end()) {
            next = waiting.begin();
        }
        ordered.push_back(std::move(*next));
        waiting.erase(next);
    }
    return ordered;
}

} // namespace

const Recipe& standard_recipe()
{
    static const Recipe recipe = parse_recipe(standard_toml, "standard.toml");
    return recipe;
}

Recipe merge(Recipe base, const Recipe& extra)
{
    for (const Entry& entry : extra.entries) {
        replace_or_add(base.entries, entry);
    }
    for (const CrlEntry& entry : extra.crls) {
        replace_or_add(base.crls, entry);
    }
    base.entries = issuers_first(std::move(base.entries));
    return base;
}

} // namespace mtls::pki
