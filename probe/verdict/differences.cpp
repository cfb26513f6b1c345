#include "probe/verdict/differences.hpp"

#include <algorithm>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Purpose;
using observation::Variant;

namespace {

/// Lists can be long, so each is compared once with one of each kind.
void put_in_groups(std::vector<Answer>& all)
{
    std::vector<const Answer*> kinds;
    for (Answer& answer : all) {
        const auto same = std::find_if(kinds.begin(), kinds.end(), [&](const Answer* kind) {
            return kind->status == answer.status && issuers::same_set(kind->names, answer.names);
        });
        answer.group = static_cast<std::size_t>(same - kinds.begin());
        if (same == kinds.end()) {
            kinds.push_back(&answer);
        }
    }
}

bool same_version(const Observation& left, const Observation& right)
{
    return left.negotiated && right.negotiated && left.negotiated->version == right.negotiated->version;
}

bool is_asked_late(const Answer& answer)
{
    const auto index = request_that_counts(*answer.seen);
    return index && answer.seen->certificate_requests[*index].stage != observation::Stage::handshake;
}

/// One left after the first flight, and what the other was asked came later.
bool may_have_missed_it(const Answer& left, const Answer& right)
{
    return left.seen->list_only && left.status == RequestStatus::none && is_asked_late(right);
}

/// A close or a reset that came once in this way of asking.
bool may_be_the_network(const Observation& broken, const std::vector<Observation>& observations)
{
    return !broken.alert && std::count_if(observations.begin(), observations.end(), [&](const Observation& other) {
                                return broke_off_before_asking(other) && other.variant == broken.variant;
                            }) == 1;
}

bool asked_once(const std::vector<Observation>& observations, const Variant& variant)
{
    return std::count_if(observations.begin(), observations.end(), [&](const Observation& seen) {
               return seen.purpose == Purpose::variant && seen.variant == variant;
           }) == 1;
}

} // namespace

std::vector<Answer> answers(const std::vector<Observation>& observations)
{
    std::vector<Answer> found;
    for (const Observation& seen : observations) {
        const RequestStatus status = status_of(seen);
        const bool too_early = status == RequestStatus::none && may_still_ask(seen) && !seen.list_only;
        if (seen.purpose != Purpose::variant || status == RequestStatus::undetermined || too_early) {
            continue;
        }
        Answer answer{&seen, status, {}, 0};
        if (const auto index = request_that_counts(seen)) {
            answer.names = names_of(seen.certificate_requests[*index]);
        }
        found.push_back(std::move(answer));
    }
    put_in_groups(found);
    return found;
}

bool disagree(const Answer& left, const Answer& right)
{
    if (may_have_missed_it(left, right) || may_have_missed_it(right, left)) {
        return false;
    }
    if (same_version(*left.seen, *right.seen)) {
        return left.group != right.group;
    }
    // Some servers name nobody in one version by design; two lists that differ are no design.
    const bool two_lists = left.status == RequestStatus::list && right.status == RequestStatus::list;
    return same_place_and_name(*left.seen, *right.seen) &&
           (two_lists ? left.group != right.group
                      : (left.status == RequestStatus::none) != (right.status == RequestStatus::none));
}

Ways ways_of(const std::vector<Answer>& all)
{
    Ways ways;
    for (const Answer& left : all) {
        for (const Answer& right : all) {
            if (!disagree(left, right)) {
                continue;
            }
            const bool sni = left.seen->variant.sni != right.seen->variant.sni;
            const bool address = left.seen->variant.address != right.seen->variant.address;
            const bool version = left.seen->negotiated && right.seen->negotiated &&
                                 left.seen->negotiated->version != right.seen->negotiated->version;
            ways.by_sni = ways.by_sni || (sni && !address && !version);
            ways.by_address = ways.by_address || (address && !sni && !version);
            ways.by_version = ways.by_version || (version && !sni && !address);
            ways.by_time = ways.by_time || (!sni && !address && !version);
        }
    }
    return ways;
}

std::vector<BrokenOff> broken_off(const std::vector<Observation>& observations)
{
    std::vector<BrokenOff> found;
    for (const Observation& seen : observations) {
        if (!broke_off_before_asking(seen)) {
            continue;
        }
        const auto tells = [&](const Observation& other) { return answers_in_place_of(other, seen); };
        // Another time says more than another version: then it is not the version that fails.
        auto works = std::find_if(observations.begin(), observations.end(), [&](const Observation& other) {
            return tells(other) && other.variant == seen.variant;
        });
        if (works != observations.end() && may_be_the_network(seen, observations)) {
            continue;
        }
        works = works == observations.end() ? std::find_if(observations.begin(), observations.end(), tells) : works;
        if (works != observations.end()) {
            found.push_back({&seen, &*works});
        }
    }
    return found;
}

std::vector<Variant> variants_to_ask_again(const std::vector<Observation>& observations)
{
    if (observations.size() < 2) {
        return {}; // as in a fleet that is asked one way
    }
    const auto all = answers(observations);
    if (ways_of(all).by_time) {
        return {};
    }
    std::vector<const Observation*> odd;
    for (const Answer& answer : all) {
        if (std::any_of(all.begin(), all.end(), [&](const Answer& other) { return disagree(answer, other); })) {
            odd.push_back(answer.seen);
        }
    }
    for (const BrokenOff& each : broken_off(observations)) {
        odd.push_back(each.fails);
    }
    // What was read again in plain text is what the TLS library cannot read, now as then.
    const bool by_hand = std::any_of(observations.begin(), observations.end(), [](const Observation& seen) {
        return seen.purpose == Purpose::variant && !seen.list_only;
    });
    std::vector<Variant> again;
    for (const Observation* seen : odd) {
        if (asked_once(observations, seen->variant) && !(by_hand && seen->list_only)) {
            again.push_back(seen->variant);
        }
    }
    std::reverse(again.begin(), again.end());
    return again;
}

} // namespace mtls::verdict
