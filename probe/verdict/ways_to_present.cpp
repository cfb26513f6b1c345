#include "probe/verdict/ways_to_present.hpp"

#include <algorithm>

#include "probe/verdict/judge.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Purpose;
using observation::Variant;

namespace {

/// How little is left of "the door is shut to this certificate".
int doubt(const Attempt& attempt, const Observation& seen)
{
    switch (attempt.result) {
    case AttemptResult::accepted:
        return 4;
    case AttemptResult::undetermined:
        return 3;
    case AttemptResult::rejected:
        // What was refused unseen (a server that cannot ask in TLS 1.3) proves less than what was looked at.
        return seen.certificate_sent ? 2 : 1;
    case AttemptResult::not_requested:
        break;
    }
    return 0; // nobody looked at it there; whether one gets in without is accepted-without-certificate
}

} // namespace

std::vector<Variant> ways_to_present(const std::vector<Observation>& observations,
                                     const std::optional<std::string>& sni, ExpectOutcome expected)
{
    const auto normal = normal_variant(observations, sni);
    if (!normal) {
        return {};
    }
    std::vector<Variant> ways{observations[*normal].variant};
    if (expected != ExpectOutcome::reject) {
        return ways;
    }
    for (const Observation& seen : observations) {
        if (seen.purpose == Purpose::variant && answered(seen) && !seen.list_only &&
            std::find(ways.begin(), ways.end(), seen.variant) == ways.end()) {
            ways.push_back(seen.variant);
        }
    }
    return ways;
}

std::optional<Attempt> attempt_that_counts(std::size_t candidate, const std::vector<Observation>& observations,
                                           ExpectOutcome expected)
{
    std::optional<Attempt> counts;
    for (std::size_t index = 0; index < observations.size(); ++index) {
        const Observation& seen = observations[index];
        if (seen.purpose != Purpose::candidate || seen.candidate != candidate) {
            continue;
        }
        const Attempt attempt = classify(seen, index);
        if (!counts || expected != ExpectOutcome::reject ||
            doubt(attempt, seen) > doubt(*counts, observations[counts->observation])) {
            counts = attempt;
        }
    }
    return counts;
}

} // namespace mtls::verdict
