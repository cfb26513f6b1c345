#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/rules/sightings.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

using observation::Observation;
using observation::Outcome;

namespace {

bool is_asked_late(const Observation& seen)
{
    return std::any_of(
        seen.certificate_requests.begin(), seen.certificate_requests.end(),
        [](const observation::RequestSeen& request) { return request.stage != observation::Stage::handshake; });
}

bool spoke_13(const Observation& seen)
{
    return seen.negotiated && seen.negotiated->version == wire::ProtocolVersion::tls13;
}

/// The HTTP request was made, and the server fell over instead of asking: a reset or an end without a word (http.sys of
/// Windows Server 2022), or 500 (2025).
bool stumbled(const Observation& seen)
{
    const bool broke = !seen.http && (seen.outcome == Outcome::reset || seen.outcome == Outcome::closed);
    return spoke_13(seen) && seen.certificate_requests.empty() && seen.http_requested && seen.handshake_completed &&
           (broke || (seen.http && seen.http->status == 500));
}

bool same_way(const Observation& left, const Observation& right)
{
    return left.variant.address == right.variant.address && left.variant.port == right.variant.port &&
           left.variant.sni == right.variant.sni;
}

std::vector<const Observation*> variants_where(const Facts& facts, bool (*holds)(const Observation&))
{
    std::vector<const Observation*> found;
    for (const Observation& seen : facts.observations) {
        if (seen.purpose == observation::Purpose::variant && holds(seen)) {
            found.push_back(&seen);
        }
    }
    return found;
}

} // namespace

std::optional<Finding> late_request_impossible(const Facts& facts)
{
    const auto late = variants_where(facts, is_asked_late);
    Finding finding{.id = "late-request-impossible",
                    .severity = all_is_as_wished(facts) ? Severity::info : Severity::critical};
    const Observation* first = nullptr;
    Sightings found;
    for (const Observation* seen : variants_where(facts, stumbled)) {
        const auto pair =
            std::find_if(late.begin(), late.end(), [&](const Observation* other) { return same_way(*seen, *other); });
        if (pair == late.end() || spoke_13(**pair)) {
            continue;
        }
        first = first == nullptr ? seen : first;
        found.add(**pair, "asked for a certificate after the HTTP request, and answered: " + ending(**pair));
        found.add(*seen, "never asked, and after the HTTP request: " + ending(*seen));
    }
    if (first == nullptr) {
        return std::nullopt;
    }
    finding.summary = fmt::format("The server asks for the certificate after the HTTP request, which TLS 1.2 allows; "
                                  "with TLS 1.3 it fails ({})",
                                  ending(*first));
    finding.evidence = found.lines();
    finding.evidence.emplace_back("TLS 1.3 has no renegotiation; this probe offered post-handshake authentication, and "
                                  "the server did not use it");
    finding.remedies = ask_in_the_handshake(facts);
    finding.remedies.push_back(keep_to_tls12(facts));
    finding.references = {"RFC 8446 §4.6.2", "RFC 8446 §4.1.2",
                          "Microsoft: netsh http update sslcert, "
                          "clientcertnegotiation and disabletls13"};
    return finding;
}

std::optional<Finding> upload_blocked_by_renegotiation(const Facts& facts)
{
    const auto late = variants_where(facts, is_asked_late);
    // IIS seldom says 413 for anything else: what is too long for it is 404.13.
    const bool only_iis_would = facts.request.status == RequestStatus::none && server_product(facts) == "iis";
    if (late.empty() && !only_iis_would) {
        return std::nullopt;
    }
    Finding finding{.id = "upload-blocked-by-renegotiation", .severity = Severity::critical};
    Sightings found;
    for (const Observation& seen : facts.observations) {
        if (seen.http && seen.http->status == 413) {
            found.add(seen, ending(seen));
        }
    }
    if (found.empty()) {
        return std::nullopt;
    }
    finding.evidence = found.lines();
    finding.sureness = late.empty() ? Sureness::likely : Sureness::shown;
    finding.summary = fmt::format("The server answers 413 to this request, {}because it asks for the certificate only "
                                  "after reading it",
                                  late.empty() ? "likely " : "");
    finding.evidence.push_back(late.empty()
                                   ? "this is IIS, and no connection was asked for a certificate"
                                   : fmt::format("{}: the CertificateRequest came {}", where(*late.front()),
                                                 stage_in_words(late.front()->certificate_requests.back().stage)));
    finding.evidence.emplace_back(
        "before it can ask, the server must hold the whole body: IIS up to uploadReadAheadSize "
        "(49,152 bytes), Apache up to SSLRenegBufferSize (131,072)");
    finding.remedies = ask_in_the_handshake(facts);
    const auto larger = hold_larger_bodies();
    finding.remedies.insert(finding.remedies.end(), larger.begin(), larger.end());
    finding.references = {"RFC 9110 §15.5.14", "Microsoft: IIS serverRuntime uploadReadAheadSize",
                          "Apache: SSLRenegBufferSize"};
    return finding;
}

} // namespace mtls::verdict::rules
