#include "probe/verdict/baseline.hpp"

#include <algorithm>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Purpose;

namespace {

/// Whether it says for certain if and what the server asks.
bool is_certain(const Observation& seen)
{
    const RequestStatus status = status_of(seen);
    return seen.purpose == Purpose::variant && status != RequestStatus::undetermined &&
           (status != RequestStatus::none || !may_still_ask(seen));
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
        return is_certain(then) && same_question(then, now) && same_place(then, now);
    });
    std::optional<std::size_t> first;
    for (std::size_t index = 0; index < all.size(); ++index) {
        if (!is_certain(all[index]) || !same_question(all[index], now) ||
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
        const auto earlier = is_certain(now[index]) ? earlier_answer(baseline, now[index]) : std::nullopt;
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

} // namespace mtls::verdict
