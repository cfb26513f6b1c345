#include "probe/issuers/expectation.hpp"

#include <algorithm>

#include <map>
#include <utility>

#include "probe/issuers/name_index.hpp"

namespace mtls::issuers {

namespace {

NameIndex index_of(const std::vector<observation::Authority>& list)
{
    std::vector<x509::Name> names;
    names.reserve(list.size());
    for (const observation::Authority& authority : list) {
        names.push_back(authority.name);
    }
    return NameIndex{std::move(names)};
}

NameIndex index_of(const std::vector<ExpectedIssuer>& issuers)
{
    std::vector<x509::Name> names;
    names.reserve(issuers.size());
    for (const ExpectedIssuer& issuer : issuers) {
        names.push_back(issuer.name);
    }
    return NameIndex{std::move(names)};
}

/// Positions of equal names, by the first of them.
std::map<std::size_t, std::vector<std::size_t>> classes(const NameIndex& index)
{
    std::map<std::size_t, std::vector<std::size_t>> equal;
    for (std::size_t position = 0; position < index.names().size(); ++position) {
        equal[index.first(index.names()[position]).value_or(position)].push_back(position);
    }
    return equal;
}

std::vector<Duplicate> repeated(const NameIndex& advertised)
{
    std::vector<Duplicate> found;
    for (const auto& [first, members] : classes(advertised)) {
        if (members.size() > 1) {
            found.push_back({advertised.names()[first], members.size()});
        }
    }
    return found;
}

/// How one advertised name (in all its encodings) meets the expectation; null if it is not expected.
std::optional<Compared> meet(const NameIndex& advertised, const std::vector<std::size_t>& members,
                             const NameIndex& expected, const std::vector<ExpectedIssuer>& issuers)
{
    std::optional<Compared> best;
    for (const std::size_t member : members) {
        const x509::Name& name = advertised.names()[member];
        const auto hit = expected.find(name);
        if (!hit) {
            continue;
        }
        if (!best || (best->encoding == x509::NameMatch::equivalent && hit->match == x509::NameMatch::identical)) {
            best = Compared{name, std::nullopt};
            if (issuers[hit->position].has_encoding) {
                best->encoding = hit->match;
            }
        }
    }
    return best;
}

} // namespace

Comparison compare(const Expectation& expectation, const std::vector<observation::Authority>& list)
{
    const NameIndex advertised = index_of(list);
    const NameIndex expected = index_of(expectation.issuers);
    Comparison comparison;
    for (const auto& [first, members] : classes(advertised)) {
        if (auto met = meet(advertised, members, expected, expectation.issuers)) {
            comparison.matched.push_back(std::move(*met));
        } else {
            comparison.unexpected.push_back({advertised.names()[first], std::nullopt});
        }
    }
    for (x509::Name& name : only_in(expected.names(), advertised.names())) {
        comparison.missing.push_back({std::move(name), std::nullopt});
    }
    comparison.duplicates = repeated(advertised);
    const bool as_wished =
        comparison.missing.empty() && (expectation.mode == ExpectMode::contains || comparison.unexpected.empty());
    comparison.result = as_wished ? ExpectResult::match : ExpectResult::differs;
    return comparison;
}

std::vector<Duplicate> duplicates(const std::vector<observation::Authority>& list)
{
    // Mostly no two are alike, and that is quickly seen.
    std::vector<std::size_t> likenesses;
    likenesses.reserve(list.size());
    for (const observation::Authority& entry : list) {
        likenesses.push_back(entry.name.likeness());
    }
    std::sort(likenesses.begin(), likenesses.end());
    if (std::adjacent_find(likenesses.begin(), likenesses.end()) == likenesses.end()) {
        return {};
    }
    return repeated(index_of(list));
}

const char* to_string(ExpectMode mode)
{
    return mode == ExpectMode::exact ? "exact" : "contains";
}

const char* to_string(ExpectResult result)
{
    switch (result) {
    case ExpectResult::match:
        return "match";
    case ExpectResult::differs:
        return "differs";
    case ExpectResult::no_request:
        return "no_request";
    case ExpectResult::undetermined:
        break;
    }
    return "undetermined";
}

} // namespace mtls::issuers
