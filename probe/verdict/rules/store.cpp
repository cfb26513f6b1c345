#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

/// So many organisations under one list are a root store, not somebody's choice of client CAs.
constexpr std::size_t unrelated_organisations = 3;

std::string organisation(const x509::Name& name)
{
    for (const char* attribute : {"O", "OU", "CN"}) {
        if (const auto values = name.values(attribute); !values.empty()) {
            return values.front();
        }
    }
    return name.text();
}

std::set<std::string> organisations(const std::vector<x509::Name>& names)
{
    std::set<std::string> found;
    for (const x509::Name& name : names) {
        found.insert(organisation(name));
    }
    return found;
}

/// Nothing that the user expects or holds is named, and there is something to say that of.
bool shares_nothing(const Facts& facts)
{
    const bool has_wishes = facts.expectation && !facts.expectation->issuers.empty();
    if (!has_wishes && facts.candidates.empty()) {
        return false;
    }
    const bool expectation_met =
        has_wishes && facts.comparison &&
        (facts.comparison->result == issuers::ExpectResult::undetermined || !facts.comparison->matched.empty());
    return !expectation_met &&
           std::all_of(facts.candidates.begin(), facts.candidates.end(),
                       [](const CandidateFacts& candidate) { return candidate.issuer_match.advertised == false; });
}

std::string whose(const Facts& facts)
{
    if (facts.candidates.empty()) {
        return "none of the expected CAs";
    }
    const auto all = candidates_where(facts, [](const CandidateFacts&) { return true; });
    const std::string held = fmt::format("no issuer of {}", labels(all));
    return facts.expectation ? "none of the expected CAs and " + held : held;
}

bool wished(const Facts& facts)
{
    return facts.expect_outcome == ExpectOutcome::reject && !facts.candidates.empty() &&
           std::all_of(facts.candidates.begin(), facts.candidates.end(), was_rejected);
}

} // namespace

std::optional<Finding> ctl_store_lost(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || facts.request.status != RequestStatus::list || speaks_against_iis(facts) ||
        !shares_nothing(facts)) {
        return std::nullopt;
    }
    const auto names = names_of(*request);
    const auto owners = organisations(names);
    if (owners.size() < unrelated_organisations) {
        return std::nullopt;
    }
    Finding finding{.id = "ctl-store-lost", .severity = wished(facts) ? Severity::info : Severity::critical};
    finding.summary =
        fmt::format("The list looks like a Trusted Root store, not like a choice of client CAs, and holds "
                    "{}: if this is IIS, the binding has likely lost its Ctl Store Name",
                    whose(facts));
    finding.evidence.push_back(fmt::format("{}: {} of {}", normal_connection(facts), counted(names.size(), "name"),
                                           counted(owners.size(), "organisation")));
    const auto samples = listed("listed: ", names, 4);
    finding.evidence.insert(finding.evidence.end(), samples.begin(), samples.end());
    finding.evidence.push_back(fmt::format("it shares nothing: {} is in it", whose(facts)));
    finding.evidence.emplace_back(
        server_product(facts) == "iis"
            ? "the Server header names IIS or http.sys; without a CTL store, Windows lists the Trusted Root store"
            : "nothing in the answers says that this is IIS; there, a binding without a CTL store lists the Trusted "
              "Root store");
    finding.remedies = {restore_ctl_store(facts)};
    finding.references = {"Microsoft KB 2802568 (403.7 and 403.16 with client certificates)",
                          "Microsoft: Overview of TLS - SSL (Schannel SSP), trusted issuer lists",
                          "Microsoft: netsh http update sslcert, sslctlstorename"};
    return finding;
}

} // namespace mtls::verdict::rules
