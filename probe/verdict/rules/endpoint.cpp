#include "probe/verdict/rules/endpoint.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::verdict::rules {

using iis::Binding;
using iis::BindingKind;
using observation::Observation;
using observation::Outcome;

namespace {

std::string as_netsh_has_it(const Binding& binding)
{
    if (binding.kind == BindingKind::central_store) {
        return fmt::format("ccs={}", binding.port);
    }
    return (binding.kind == BindingKind::ip_port ? "ipport=" : "hostnameport=") + x509::printable(iis::text(binding));
}

bool same_place(const Observation& left, const Observation& right)
{
    return left.variant.address == right.variant.address && left.variant.port == right.variant.port;
}

enum class Likeness { alike, different, not_known };

/// By certificate and request, if they were made in the same version.
Likeness compared(const Observation& left, const Observation& right)
{
    if (!left.negotiated || !right.negotiated || left.negotiated->version != right.negotiated->version) {
        return Likeness::not_known;
    }
    const auto& mine = left.server_certificates;
    const auto& theirs = right.server_certificates;
    if (!mine.empty() && !theirs.empty() && mine.front() != theirs.front()) {
        return Likeness::different;
    }
    const RequestStatus status = status_of(left);
    if (status == RequestStatus::undetermined || status_of(right) == RequestStatus::undetermined ||
        may_still_ask(left) || may_still_ask(right)) {
        return Likeness::not_known;
    }
    const auto names = [](const Observation& seen) {
        const auto index = request_that_counts(seen);
        return index ? names_of(seen.certificate_requests[*index]) : std::vector<x509::Name>{};
    };
    return status == status_of(right) && issuers::same_set(names(left), names(right)) ? Likeness::alike
                                                                                      : Likeness::different;
}

/// The server, and no network before it, ended a connection that had no name before it said anything.
bool nobody_answers(const Observation& seen)
{
    return !answered(seen) &&
           (seen.outcome == Outcome::reset || seen.outcome == Outcome::closed || seen.outcome == Outcome::alert);
}

/// Back ends that differ say nothing about bindings.
bool changes_by_itself(const Facts& facts, const Observation& seen)
{
    return std::any_of(facts.observations.begin(), facts.observations.end(), [&](const Observation& other) {
        return other.purpose == observation::Purpose::variant && same_place(seen, other) &&
               other.variant.sni == seen.variant.sni && compared(seen, other) == Likeness::different;
    });
}

/// How the same place answers a client that sends no name.
Likeness without_the_name(const Facts& facts, const Observation& seen)
{
    Likeness found = Likeness::not_known;
    for (const Observation& other : facts.observations) {
        if (other.purpose != observation::Purpose::variant || !same_place(seen, other) || other.variant.sni) {
            continue;
        }
        // That nobody answers in another version says nothing of the name.
        const bool shut_out = nobody_answers(other) && other.variant.tls_offered == seen.variant.tls_offered;
        const Likeness likeness = shut_out ? Likeness::different : compared(seen, other);
        if (likeness == Likeness::different) {
            return likeness;
        }
        found = likeness == Likeness::alike ? likeness : found;
    }
    return found;
}

Endpoint saved(const iis::Serving& serving)
{
    return {Knowledge::saved, as_netsh_has_it(serving.binding),
            serving.doubt.empty() ? ""
                                  : fmt::format("It is not certain that {} is the binding that answers: {}.",
                                                x509::printable(iis::text(serving.binding)), serving.doubt)};
}

/// The record to look for.
std::string by_its_hash(const Observation& seen)
{
    return seen.server_certificates.empty() ? "the record that answers" : "the record with this Certificate Hash";
}

} // namespace

Endpoint endpoint_of(const Facts& facts, const Observation& seen)
{
    if (const auto serving = saved_binding(facts, seen).serving) {
        return saved(*serving);
    }
    const int port = seen.variant.port;
    if (!seen.variant.sni) {
        return {Knowledge::by_ip, fmt::format("ipport=IP_AS_SHOWN:{}", port),
                fmt::format("IP_AS_SHOWN is that of {}: the server's own address goes first, then [::], then 0.0.0.0.",
                            by_its_hash(seen))};
    }
    const Likeness without = without_the_name(facts, seen);
    if (without == Likeness::different && !changes_by_itself(facts, seen)) {
        return {
            Knowledge::by_name, fmt::format("hostnameport={}:{}", x509::printable(*seen.variant.sni), port),
            fmt::format("Without the name the answer is another, so the binding is one for the name (or *.DOMAIN, or "
                        "ccs={}).",
                        port)};
    }
    const char* alike = without == Likeness::alike
                            ? " From here it cannot be told: with and without the name the answers are alike."
                            : "";
    return {
        Knowledge::open, "ENDPOINT_AS_SHOWN",
        fmt::format("ENDPOINT_AS_SHOWN is the ipport=IP:{0} or hostnameport=NAME:{0} of {1}; of several an exact IP "
                    "goes before the name, 0.0.0.0 last.{2}",
                    port, by_its_hash(seen), alike)};
}

} // namespace mtls::verdict::rules
