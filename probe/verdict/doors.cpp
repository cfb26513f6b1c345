#include "probe/verdict/doors.hpp"

#include <algorithm>

#include "probe/verdict/judge.hpp"

namespace mtls::verdict {

using observation::HttpAnswer;
using observation::Observation;

namespace {

bool sends_elsewhere(const HttpAnswer& answer)
{
    return (answer.status >= 300 && answer.status <= 399) || answer.status == 404 || answer.status == 405;
}

bool same_answer(const HttpAnswer& left, const HttpAnswer& right)
{
    return left.status == right.status && left.location == right.location;
}

} // namespace

std::optional<std::size_t> told_apart_by(const Facts& facts, std::size_t without_certificate)
{
    const Observation& without = facts.observations[without_certificate];
    if (!without.http || !sends_elsewhere(*without.http)) {
        return std::nullopt;
    }
    std::optional<std::size_t> other;
    for (std::size_t index = 0; index < facts.observations.size(); ++index) {
        const Observation& with = facts.observations[index];
        if (with.purpose != observation::Purpose::candidate || !with.certificate_sent || !with.http ||
            with.variant != without.variant) {
            continue;
        }
        if (same_answer(*with.http, *without.http)) {
            return std::nullopt; // a certificate makes no difference
        }
        other = other ? other : index;
    }
    return other;
}

std::vector<std::size_t> open_doors(const Facts& facts)
{
    std::vector<std::size_t> doors;
    if (facts.expect_outcome != ExpectOutcome::reject) {
        if (facts.without_certificate && facts.without_certificate->result == AttemptResult::accepted) {
            doors.push_back(facts.without_certificate->observation);
        }
        return doors;
    }
    // A door that is shut by name and open without one, or in an older version, is open.
    for (std::size_t index = 0; index < facts.observations.size(); ++index) {
        if (facts.observations[index].purpose == observation::Purpose::variant &&
            classify(facts.observations[index], index).result == AttemptResult::accepted) {
            doors.push_back(index);
        }
    }
    return doors;
}

bool open_doors_prove_nothing(const Facts& facts)
{
    const auto doors = open_doors(facts);
    return facts.expect_outcome == ExpectOutcome::reject && !doors.empty() &&
           std::all_of(doors.begin(), doors.end(),
                       [&](std::size_t door) { return told_apart_by(facts, door).has_value(); });
}

} // namespace mtls::verdict
