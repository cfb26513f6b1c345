#include <algorithm>

#include <fmt/format.h>

#include "certs/x509/path.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/refusal.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

namespace {

using Found = std::vector<const CandidateFacts*>;

/// A CA that the run holds and that another one has issued.
bool is_known_intermediate(const Facts& facts, const x509::Name& name)
{
    return std::any_of(facts.authorities.begin(), facts.authorities.end(), [&](const x509::Certificate& known) {
        return known.is_ca() && !known.is_self_issued() &&
               x509::Name::compare(known.subject(), name) != x509::NameMatch::different;
    });
}

/// With a polluted store SChannel takes no client certificate for trusted.
bool somebody_is_let_in(const Facts& facts)
{
    return std::any_of(facts.candidates.begin(), facts.candidates.end(), [&](const CandidateFacts& each) {
        return each.attempt && each.attempt->result == AttemptResult::accepted &&
               facts.observations[each.attempt->observation].certificate_sent;
    });
}

/// A list of issuing CAs alone is what a store on the binding should look like, and a candidate of another CA is
/// rightly missing there: only an expectation, or a binding that is known to have no store, says that it is no such
/// list.
bool something_is_missing(const Facts& facts)
{
    if (facts.comparison) {
        return facts.comparison->result == issuers::ExpectResult::differs && !facts.comparison->missing.empty();
    }
    return saved_store(facts) == SavedStore::none &&
           std::any_of(facts.candidates.begin(), facts.candidates.end(),
                       [](const CandidateFacts& each) { return each.issuer_match.advertised == false; });
}

/// Microsoft KB 2802568: one CA-issued certificate among the roots, and only such ones are named.
bool only_intermediates_are_named(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || facts.request.status != RequestStatus::list || saved_store(facts) == SavedStore::named ||
        !something_is_missing(facts)) {
        return false;
    }
    const auto names = names_of(*request);
    return std::all_of(names.begin(), names.end(),
                       [&](const x509::Name& name) { return is_known_intermediate(facts, name); });
}

/// Whether the way up is known at least one CA far, so that a broken chain is no explanation.
bool chains_well(const Facts& facts, const CandidateFacts& candidate)
{
    if (!candidate.above.empty()) {
        return unsent_intermediate(candidate) == nullptr;
    }
    return facts.expectation && std::any_of(facts.expectation->issuers.begin(), facts.expectation->issuers.end(),
                                            [&](const issuers::ExpectedIssuer& issuer) {
                                                return x509::Name::compare(issuer.name, candidate.leaf.issuer()) !=
                                                       x509::NameMatch::different;
                                            });
}

/// The other face: no list is sent, and good certificates are refused as untrusted.
Found refused_for_no_reason(const Facts& facts)
{
    if (facts.request.status != RequestStatus::empty || server_product(facts) != "iis") {
        return {};
    }
    return candidates_where(facts, [&](const CandidateFacts& each) {
        const Refusal refusal = refusal_of(facts, each);
        const bool http = each.attempt && each.attempt->by == RejectedBy::http;
        return http && (refusal == Refusal::untrusted || refusal == Refusal::likely_untrusted) && is_fit(facts, each) &&
               chains_well(facts, each);
    });
}

Severity severity_for(const Facts& facts, const Found& found)
{
    Severity severity = Severity::info;
    for (const CandidateFacts* each : found) {
        severity = std::max(severity, unless_wished(facts, *each, Severity::critical));
    }
    return severity;
}

Finding by_names(const Facts& facts)
{
    const auto names = names_of(*request_of(facts));
    Finding finding{.id = "root-store-polluted", .severity = Severity::critical};
    finding.sureness = Sureness::likely;
    finding.summary =
        fmt::format("The list names only intermediate CAs ({}): {} likely holds certificates that are not "
                    "self-signed, and so no root is named",
                    names.size(),
                    server_product(facts) == "iis" ? "the Trusted Root store of this IIS"
                                                   : "if this is IIS, its Trusted Root store");
    finding.evidence.push_back(fmt::format("{} lists {}", normal_connection(facts), counted(names.size(), "name")));
    const auto lines = listed("known here to be issued by another CA: ", names, 4);
    finding.evidence.insert(finding.evidence.end(), lines.begin(), lines.end());
    finding.evidence.emplace_back("a CTL store that was filled with the wrong CAs would look the same");
    return finding;
}

Finding by_refusal(const Facts& facts, const Found& found)
{
    Finding finding{.id = "root-store-polluted", .severity = severity_for(facts, found)};
    finding.sureness = Sureness::likely;
    finding.candidates = places(facts, found);
    finding.summary =
        fmt::format("{} refuses {} though it chains well: likely its root is not in LocalMachine\\Root, or possibly "
                    "a certificate that is not self-signed lies there",
                    is_bare_http_sys(facts) ? "HTTP.sys" : "IIS", labels(found));
    for (const CandidateFacts* each : found) {
        const observation::Observation& seen = facts.observations[each->attempt->observation];
        finding.evidence.push_back(fmt::format("{}: sent in {}: {}{}", label(*each), where(seen), ending(seen),
                                               seen.http->substatus ? ", and the page itself says 403.16" : ""));
        finding.evidence.push_back(fmt::format("{}: in its dates, good for client authentication, and its chain is "
                                               "complete as far as it is known here",
                                               label(*each)));
    }
    finding.evidence.emplace_back("no CA is named; with such a certificate among the roots, SChannel then takes no "
                                  "client certificate for trusted");
    finding.evidence.emplace_back(
        is_bare_http_sys(facts)
            ? "to be sure: a service that hosts itself (WCF, HttpListener) has native error code 0x109 or 2148204809 "
              "(0x800B0109) in its trace, an IIS behind it `403 16` in its log; a root that the server simply lacks "
              "looks the same"
            : "to be sure: the IIS log has `403 16` and 2148204809 for it (0x800B0109); a root that the server simply "
              "lacks looks the same");
    return finding;
}

} // namespace

std::optional<Finding> root_store_polluted(const Facts& facts)
{
    if (speaks_against_iis(facts) || somebody_is_let_in(facts)) {
        return std::nullopt;
    }
    const Found refused = refused_for_no_reason(facts);
    if (refused.empty() && !only_intermediates_are_named(facts)) {
        return std::nullopt;
    }
    Finding finding = refused.empty() ? by_names(facts) : by_refusal(facts, refused);
    finding.remedies = {clean_the_root_store()};
    if (!refused.empty()) {
        finding.remedies.insert(finding.remedies.begin(), install_the_root());
    }
    finding.references = {"Microsoft KB 2802568 (non-self-signed certificates in Trusted Root)",
                          "Microsoft: Overview of TLS - SSL (Schannel SSP), ClientAuthTrustMode"};
    return finding;
}

} // namespace mtls::verdict::rules
