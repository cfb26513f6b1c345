#include "probe/verdict/facts.hpp"

namespace mtls::verdict {

const observation::RequestSeen* request_of(const Facts& facts)
{
    if (!facts.request.observation || !facts.request.index) {
        return nullptr;
    }
    return &facts.observations.at(*facts.request.observation).certificate_requests.at(*facts.request.index);
}

iis::Reading saved_binding(const Facts& facts, const observation::Observation& seen)
{
    if (facts.iis_bindings.empty()) {
        return {};
    }
    const auto& shown = seen.server_certificates;
    return iis::read_for(facts.iis_bindings,
                         {.address = seen.variant.address,
                          .port = seen.variant.port,
                          .sni = seen.variant.sni,
                          .certificate_hash = shown.empty() ? std::nullopt : std::optional{shown.front().sha1()}});
}

SavedStore saved_store(const Facts& facts)
{
    if (!facts.iis_binding || !facts.iis_binding->doubt.empty() || !facts.iis_binding->binding.names_ctl_store) {
        return SavedStore::not_known;
    }
    return facts.iis_binding->binding.ctl_store_name ? SavedStore::named : SavedStore::none;
}

std::optional<ServerExpiry> server_expiry(const Facts& facts)
{
    std::optional<ServerExpiry> first;
    for (std::size_t index = 0; index < facts.observations.size(); ++index) {
        const auto& sent = facts.observations[index].server_certificates;
        const auto end = sent.empty() ? std::nullopt : sent.front().not_after();
        if (end && (!first || *end < first->not_after)) {
            first = ServerExpiry{index, *end};
        }
    }
    return first;
}

const char* to_string(RequestStatus status)
{
    switch (status) {
    case RequestStatus::none:
        return "none";
    case RequestStatus::empty:
        return "empty";
    case RequestStatus::list:
        return "list";
    case RequestStatus::malformed:
        return "malformed";
    case RequestStatus::undetermined:
        break;
    }
    return "undetermined";
}

const char* to_string(Required required)
{
    switch (required) {
    case Required::yes:
        return "yes";
    case Required::no:
        return "no";
    case Required::undetermined:
        break;
    }
    return "undetermined";
}

const char* to_string(AttemptResult result)
{
    switch (result) {
    case AttemptResult::accepted:
        return "accepted";
    case AttemptResult::rejected:
        return "rejected";
    case AttemptResult::not_requested:
        return "not_requested";
    case AttemptResult::undetermined:
        break;
    }
    return "undetermined";
}

const char* to_string(RejectedBy by)
{
    switch (by) {
    case RejectedBy::alert:
        return "alert";
    case RejectedBy::http:
        return "http";
    case RejectedBy::close:
        break;
    }
    return "close";
}

} // namespace mtls::verdict
