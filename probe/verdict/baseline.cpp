#include "probe/verdict/baseline.hpp"

#include <algorithm>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Purpose;

namespace {

/// Whether it says if and what the server asks, as far as it went.
bool tells(const Observation& seen)
{
    return seen.purpose == Purpose::variant && status_of(seen) != RequestStatus::undetermined;
}

/// Whether it says so for certain: no request can have come later.
bool is_certain(const Observation& seen)
{
    return tells(seen) && (status_of(seen) != RequestStatus::none || !may_still_ask(seen));
}

/// Two that left after the first flight have seen the same part.
bool comparable(const Observation& then, const Observation& now)
{
    return (is_certain(then) && is_certain(now)) || (tells(then) && tells(now) && then.list_only && now.list_only);
}

const observation::RequestSeen* request_in(const Observation& seen)
{
    const auto index = request_that_counts(seen);
    return index ? &seen.certificate_requests[*index] : nullptr;
}

std::vector<x509::Name> names_in(const Observation& seen)
{
    const observation::RequestSeen* request = request_in(seen);
    return request == nullptr ? std::vector<x509::Name>{} : names_of(*request);
}

/// Names of now that stood there then, too, but in other bytes.
std::vector<x509::Name> recoded(const std::vector<x509::Name>& then, const std::vector<x509::Name>& now)
{
    const issuers::NameIndex index{then};
    std::vector<x509::Name> found;
    for (const x509::Name& name : now) {
        const auto hit = index.find(name);
        if (hit && hit->match == x509::NameMatch::equivalent) {
            found.push_back(name);
        }
    }
    return found;
}

void compare_requests(const Observation& then, const Observation& now, VariantChange& change)
{
    const observation::RequestSeen* before = request_in(then);
    const observation::RequestSeen* after = request_in(now);
    if (before == nullptr || after == nullptr) {
        return;
    }
    if (before->stage != after->stage) {
        change.stage_then = before->stage;
    }
    // TLS 1.3 has none: then a change of the version is the change, and bindings-disagree speaks of versions.
    const auto& types_then = before->request.certificate_types;
    const auto& types_now = after->request.certificate_types;
    if (types_then && types_now && *types_then != *types_now) {
        change.types_then = types_then;
    }
}

VariantChange compared(const Observation& then, const Observation& now)
{
    VariantChange change;
    change.status_then = status_of(then);
    change.status_now = status_of(now);
    const auto before = names_in(then);
    const auto after = names_in(now);
    change.added = issuers::only_in(after, before);
    change.removed = issuers::only_in(before, after);
    change.recoded = recoded(before, after);
    change.reordered = change.added.empty() && change.removed.empty() && change.recoded.empty() && before != after;
    compare_requests(then, now, change);
    return change;
}

bool differs(const VariantChange& change)
{
    return matters(change) || change.reordered;
}

bool same_question(const Observation& left, const Observation& right)
{
    return left.variant.sni == right.variant.sni && left.variant.tls_offered == right.variant.tls_offered;
}

bool same_place(const Observation& left, const Observation& right)
{
    return left.variant.address == right.variant.address && left.variant.port == right.variant.port;
}

template <class Holds> std::optional<std::size_t> first_of(const std::vector<Observation>& all, Holds holds)
{
    const auto found = std::find_if(all.begin(), all.end(), holds);
    return found == all.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - all.begin())};
}

/// Why this one has no answer to be compared with; null if nothing is amiss: it told nothing then either, or what it
/// did not tell another connection did (the list read again in plain text).
std::optional<BaselineGap> gap_of(const Baseline& baseline, const std::vector<Observation>& all, std::size_t index)
{
    const Observation& now = all[index];
    if (tells(now)) {
        const auto half = first_of(baseline.observations,
                                   [&](const Observation& then) { return tells(then) && same_question(then, now); });
        return BaselineGap{half ? GapReason::late_request_unseen : GapReason::no_answer_then, index, half};
    }
    const bool told_otherwise = std::any_of(
        all.begin(), all.end(), [&](const Observation& other) { return tells(other) && other.variant == now.variant; });
    const auto earlier = first_of(baseline.observations, [&](const Observation& then) {
        return tells(then) && same_question(then, now) && same_place(then, now);
    });
    return earlier && !told_otherwise ? std::optional{BaselineGap{GapReason::no_answer_now, index, earlier}}
                                      : std::nullopt;
}

/// Ways that only the earlier run has asked, each once.
void add_not_asked(const Baseline& baseline, const std::vector<Observation>& now, std::vector<BaselineGap>& gaps)
{
    const auto& all = baseline.observations;
    for (std::size_t index = 0; index < all.size(); ++index) {
        const auto same = [&](const Observation& other) {
            return other.purpose == Purpose::variant && same_question(other, all[index]);
        };
        const auto first = first_of(all, [&](const Observation& other) { return tells(other) && same(other); });
        if (first == index && std::none_of(now.begin(), now.end(), same)) {
            gaps.push_back({GapReason::not_asked_now, std::nullopt, index});
        }
    }
}

} // namespace

bool matters(const VariantChange& change)
{
    return change.status_then != change.status_now || !change.added.empty() || !change.removed.empty() ||
           !change.recoded.empty() || change.stage_then || change.types_then;
}

std::optional<std::size_t> earlier_answer(const Baseline& baseline, const Observation& now)
{
    const auto& all = baseline.observations;
    const bool place_known = std::any_of(all.begin(), all.end(), [&](const Observation& then) {
        return comparable(then, now) && same_question(then, now) && same_place(then, now);
    });
    std::optional<std::size_t> first;
    for (std::size_t index = 0; index < all.size(); ++index) {
        if (!comparable(all[index], now) || !same_question(all[index], now) ||
            (place_known && !same_place(all[index], now))) {
            continue;
        }
        if (!differs(compared(all[index], now))) {
            return index;
        }
        first = first ? first : index;
    }
    return first;
}

std::vector<VariantChange> changes_since(const Baseline& baseline, const std::vector<Observation>& now)
{
    std::vector<VariantChange> changes;
    for (std::size_t index = 0; index < now.size(); ++index) {
        const auto earlier = earlier_answer(baseline, now[index]);
        if (!earlier) {
            continue;
        }
        VariantChange change = compared(baseline.observations[*earlier], now[index]);
        change.observation = index;
        change.earlier = *earlier;
        if (differs(change)) {
            changes.push_back(std::move(change));
        }
    }
    return changes;
}

BaselineReach reach_of(const Baseline& baseline, const std::vector<Observation>& now)
{
    BaselineReach reach;
    for (std::size_t index = 0; index < now.size(); ++index) {
        if (now[index].purpose != Purpose::variant) {
            continue;
        }
        if (earlier_answer(baseline, now[index])) {
            ++reach.compared;
        } else if (const auto gap = gap_of(baseline, now, index)) {
            reach.gaps.push_back(*gap);
        }
    }
    add_not_asked(baseline, now, reach.gaps);
    return reach;
}

const char* to_string(GapReason reason)
{
    switch (reason) {
    case GapReason::no_answer_then:
        return "no_answer_then";
    case GapReason::no_answer_now:
        return "no_answer_now";
    case GapReason::not_asked_now:
        return "not_asked_now";
    case GapReason::late_request_unseen:
        break;
    }
    return "late_request_unseen";
}

} // namespace mtls::verdict
