#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/judge.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/disagreements.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/sightings.hpp"
#include "probe/verdict/rules/variants.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

/// A candidate, presented several times in the same way.
struct Tries {
    std::vector<const Observation*> seen;
    std::size_t accepted = 0;
    std::size_t rejected = 0;
};

bool differ(const Tries& tries)
{
    return tries.accepted > 0 && tries.accepted < tries.seen.size();
}

std::vector<Tries> tries_of(const Facts& facts, std::size_t candidate)
{
    std::vector<Tries> all;
    for (std::size_t index = 0; index < facts.observations.size(); ++index) {
        const Observation& seen = facts.observations[index];
        if (seen.purpose != observation::Purpose::candidate || seen.candidate != candidate) {
            continue;
        }
        auto same = std::find_if(all.begin(), all.end(),
                                 [&](const Tries& each) { return each.seen.front()->variant == seen.variant; });
        same = same == all.end() ? all.insert(all.end(), Tries{}) : same;
        same->seen.push_back(&seen);
        const AttemptResult result = classify(seen, index).result;
        same->accepted += result == AttemptResult::accepted ? 1 : 0;
        same->rejected += result == AttemptResult::rejected ? 1 : 0;
    }
    return all;
}

/// The first way of presenting it in which the answers differ.
std::optional<Tries> by_chance(const Facts& facts, std::size_t candidate)
{
    for (Tries& tries : tries_of(facts, candidate)) {
        if (differ(tries)) {
            return std::optional{std::move(tries)};
        }
    }
    return std::nullopt;
}

} // namespace

bool attempts_differ(const Facts& facts)
{
    return let_in_by_chance(facts).has_value();
}

std::optional<Finding> let_in_by_chance(const Facts& facts)
{
    Finding finding{.id = "bindings-disagree", .severity = Severity::warning};
    for (std::size_t index = 0; index < facts.candidates.size(); ++index) {
        const auto tries = by_chance(facts, index);
        if (!tries) {
            continue;
        }
        const std::string name = label(facts.candidates[index]);
        if (finding.summary.empty()) {
            finding.summary = fmt::format("{} of {} connections let {} in", tries->accepted, tries->seen.size(), name);
        }
        if (tries->rejected > 0 && facts.expect_outcome != ExpectOutcome::reject) {
            finding.severity = Severity::critical;
        }
        Sightings found;
        for (const Observation* seen : tries->seen) {
            found.add(*seen, fmt::format("{}, with {}", ending(*seen), name));
        }
        const auto lines = found.lines();
        finding.evidence.insert(finding.evidence.end(), lines.begin(), lines.end());
        finding.candidates.push_back(index);
    }
    if (finding.candidates.empty()) {
        return std::nullopt;
    }
    finding.evidence.emplace_back("the usual cause: back ends behind one address that are set up differently, such as "
                                  "an expired CRL on one of them");
    finding.remedies = make_bindings_alike(facts, nullptr, Servers::several);
    finding.remedies.insert(finding.remedies.begin(), ask_each_back_end(facts, Shown::with_candidates));
    finding.references = {"RFC 5280 §6.3"};
    return finding;
}

} // namespace mtls::verdict::rules
