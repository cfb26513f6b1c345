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

/// Of connections made alike: what would disappoint its owner most.
int harm(AttemptResult result)
{
    switch (result) {
    case AttemptResult::rejected:
        return 3;
    case AttemptResult::undetermined:
        return 2;
    case AttemptResult::not_requested:
        return 1;
    case AttemptResult::accepted:
        break;
    }
    return 0;
}

/// Of different ways: what tells, and of that the worse.
int weight(AttemptResult result)
{
    switch (result) {
    case AttemptResult::rejected:
        return 3;
    case AttemptResult::accepted:
        return 2;
    case AttemptResult::undetermined:
        return 1;
    case AttemptResult::not_requested:
        break;
    }
    return 0;
}

/// Every connection that presented this candidate, in order.
std::vector<Attempt> attempts(std::size_t candidate, const std::vector<Observation>& observations)
{
    std::vector<Attempt> made;
    for (std::size_t index = 0; index < observations.size(); ++index) {
        const Observation& seen = observations[index];
        if (seen.purpose == Purpose::candidate && seen.candidate == candidate) {
            made.push_back(classify(seen, index));
        }
    }
    return made;
}

/// The worst of each way, in the order in which the ways were gone.
std::vector<Attempt> worst_of_each_way(const std::vector<Attempt>& made, const std::vector<Observation>& observations)
{
    std::vector<Attempt> worst;
    for (const Attempt& each : made) {
        const auto same = std::find_if(worst.begin(), worst.end(), [&](const Attempt& other) {
            return observations[other.observation].variant == observations[each.observation].variant;
        });
        if (same == worst.end()) {
            worst.push_back(each);
        } else if (harm(each.result) > harm(same->result)) {
            *same = each;
        }
    }
    return worst;
}

bool below_tls13(const Observation& seen)
{
    return seen.negotiated && seen.negotiated->version < wire::ProtocolVersion::tls13;
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

std::optional<Variant> way_that_may_tell(std::size_t candidate, const std::vector<Observation>& observations,
                                         const std::optional<std::string>& sni)
{
    const auto normal = normal_variant(observations, sni);
    const auto made = attempts(candidate, observations);
    // One that ended with our patience, or with an answer in HTTP, would do so in any version.
    const bool open = !made.empty() && std::all_of(made.begin(), made.end(), [&](const Attempt& each) {
        const Observation& seen = observations[each.observation];
        return each.result == AttemptResult::undetermined && seen.certificate_sent && !seen.http &&
               !below_tls13(seen) && seen.outcome == observation::Outcome::completed;
    });
    if (!normal || !open) {
        return std::nullopt;
    }
    const auto other = std::find_if(observations.begin(), observations.end(), [&](const Observation& seen) {
        return answers_in_place_of(seen, observations[*normal]) && below_tls13(seen) && !seen.list_only &&
               request_that_counts(seen);
    });
    return other == observations.end() ? std::nullopt : std::optional{other->variant};
}

std::optional<Attempt> attempt_that_counts(std::size_t candidate, const std::vector<Observation>& observations,
                                           ExpectOutcome expected)
{
    const auto made = attempts(candidate, observations);
    if (made.empty()) {
        return std::nullopt;
    }
    if (expected == ExpectOutcome::reject) {
        const auto doubt_about = [&](const Attempt& each) { return doubt(each, observations[each.observation]); };
        return *std::max_element(made.begin(), made.end(), [&](const Attempt& left, const Attempt& right) {
            return doubt_about(left) < doubt_about(right);
        });
    }
    const auto ways = worst_of_each_way(made, observations);
    return *std::max_element(ways.begin(), ways.end(), [](const Attempt& left, const Attempt& right) {
        return weight(left.result) < weight(right.result);
    });
}

} // namespace mtls::verdict
