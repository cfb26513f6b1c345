#include "probe/verdict/rules/two_sets.hpp"

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

using observation::Observation;

namespace {

/// The list of the very connection that presented the candidate, since others may have reached another server.
std::optional<issuers::IssuerMatch> named_there(const Facts& facts, const CandidateFacts& candidate)
{
    if (!candidate.attempt) {
        return std::nullopt;
    }
    const Observation& seen = facts.observations[candidate.attempt->observation];
    const auto index = request_that_counts(seen);
    if (!seen.certificate_sent || !index || status_of(seen) != RequestStatus::list) {
        return std::nullopt;
    }
    return issuers::match(candidate.leaf, candidate.above, seen.certificate_requests[*index].authorities);
}

/// Whether each list of this run, whichever way it was asked for, names a CA of the candidate, or each does not: else
/// the bindings or the back ends disagree, and nothing is known of what one of them trusts.
bool all_lists_say(const Facts& facts, const CandidateFacts& candidate, bool named)
{
    return std::all_of(facts.observations.begin(), facts.observations.end(), [&](const Observation& seen) {
        const auto index = request_that_counts(seen);
        return !index || status_of(seen) != RequestStatus::list ||
               issuers::match(candidate.leaf, candidate.above, seen.certificate_requests[*index].authorities)
                       .advertised == named;
    });
}

/// Presented whole and in order, its CA named, and the answer says that the CA is not known. nginx and http.sys take
/// for trusted what they name, so there it has other reasons; and where an intermediate is named without its root, the
/// root may be all that is missing.
bool is_named_and_not_trusted(const Facts& facts, const CandidateFacts& candidate)
{
    const std::string product = server_product(facts);
    const auto match = named_there(facts, candidate);
    return match && match->depth.value_or(0) > 0 && all_lists_say(facts, candidate, true) && is_fit(facts, candidate) &&
           unsent_intermediate(candidate) == nullptr && refusal_of(facts, candidate) == Refusal::untrusted &&
           !only_an_intermediate_is_named(facts, candidate) && product != "iis" && product != "nginx";
}

/// Let in, while nobody is let in without a certificate, and no CA above it is named as far as its chain is known. Of a
/// bare certificate nothing above its issuer is known, and servers do well to name roots.
bool is_trusted_and_not_named(const Facts& facts, const CandidateFacts& candidate)
{
    const auto match = named_there(facts, candidate);
    const bool made_the_difference =
        facts.without_certificate && facts.without_certificate->result == AttemptResult::rejected;
    return match && match->advertised == false && all_lists_say(facts, candidate, false) && made_the_difference &&
           candidate.attempt->result == AttemptResult::accepted &&
           (!candidate.above.empty() || candidate.leaf.is_self_issued());
}

bool whole_chain_is_known(const CandidateFacts& candidate)
{
    return x509::ends_in_root(candidate.leaf, candidate.above);
}

/// The highest CA that is known by name.
const x509::Name& highest(const CandidateFacts& candidate)
{
    return candidate.above.empty() ? candidate.leaf.issuer() : candidate.above.back().issuer();
}

void cite_refused(const Facts& facts, const CandidateFacts& candidate, Finding& finding)
{
    const Observation& seen = facts.observations[candidate.attempt->observation];
    const auto match = named_there(facts, candidate);
    finding.evidence.push_back(fmt::format("{}: {} is in the list of {}, and the server does not know it: {}",
                                           label(candidate), in_words(*match->name), where(seen), ending(seen)));
}

/// What else would look the same while only that is known.
void cite_other_reasons(const CandidateFacts& candidate, Finding& finding)
{
    std::vector<std::string> others{"a CA of the same name with another key",
                                    "a revocation list that the server is told to use and does not have"};
    const bool has_intermediates = std::any_of(candidate.above.begin(), candidate.above.end(),
                                               [](const x509::Certificate& above) { return !above.is_self_issued(); });
    if (has_intermediates) {
        others.emplace_back("a limit to the length of chains");
    }
    if (!whole_chain_is_known(candidate)) {
        others.push_back(fmt::format("a root above {} that the server lacks", in_words(highest(candidate))));
    }
    finding.evidence.push_back(fmt::format("{}: {} would look the same", label(candidate), alternatives(others)));
}

void cite_accepted(const Facts& facts, const CandidateFacts& candidate, Finding& finding)
{
    const Observation& seen = facts.observations[candidate.attempt->observation];
    finding.evidence.push_back(fmt::format("{}: neither its issuer nor a CA above is in the list of {}, and it is let "
                                           "in: {}",
                                           label(candidate), where(seen), ending(seen)));
    if (!whole_chain_is_known(candidate)) {
        finding.evidence.push_back(fmt::format("{}: its chain is known up to {} only, and the list may name a CA above "
                                               "that; --issuer-certs with the root would tell",
                                               label(candidate), in_words(highest(candidate))));
    }
}

/// What the server checks at all, if it lets in whom it does not name.
void cite_the_door(const Facts& facts, bool somebody_is_refused, Finding& finding)
{
    const Observation& without = facts.observations[facts.without_certificate->observation];
    finding.evidence.push_back(fmt::format("without a certificate, {}: {}", where(without), ending(without)));
    if (!somebody_is_refused) {
        finding.evidence.emplace_back("no certificate was refused for its CA, so whether the server checks the CA at "
                                      "all is open; a --cert of a CA that it must not trust would tell");
    }
}

std::string summary_of(const std::vector<const CandidateFacts*>& refused,
                       const std::vector<const CandidateFacts*>& accepted, Sureness sureness)
{
    const char* likely = sureness == Sureness::likely ? "likely " : "";
    if (!refused.empty() && !accepted.empty()) {
        return fmt::format("The server {}names some CAs and trusts others: it refuses {}, whose CA it names, and lets "
                           "in {}, whose CA it does not",
                           likely, labels(refused), labels(accepted));
    }
    if (!refused.empty()) {
        return fmt::format("The server names the CA of {} and does not know it: what it names and what it trusts are "
                           "likely two settings, or a revocation list is missing there",
                           labels(refused));
    }
    return fmt::format("The server lets in {}, whose CA it does not name: its list is {}not what it trusts",
                       labels(accepted), likely);
}

std::vector<const CandidateFacts*> refused_of(const Facts& facts)
{
    return candidates_where(facts, [&](const CandidateFacts& each) { return is_named_and_not_trusted(facts, each); });
}

std::vector<const CandidateFacts*> accepted_of(const Facts& facts)
{
    return candidates_where(facts, [&](const CandidateFacts& each) { return is_trusted_and_not_named(facts, each); });
}

} // namespace

bool names_and_trusts_differ_both_ways(const Facts& facts)
{
    return !refused_of(facts).empty() && !accepted_of(facts).empty();
}

std::optional<Finding> list_differs_from_trust(const Facts& facts)
{
    const auto refused = refused_of(facts);
    const auto accepted = accepted_of(facts);
    if (refused.empty() && accepted.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "list-differs-from-trust", .severity = Severity::info};
    for (const CandidateFacts* each : refused) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::critical));
        cite_refused(facts, *each, finding);
        if (accepted.empty()) {
            cite_other_reasons(*each, finding);
        }
    }
    for (const CandidateFacts* each : accepted) {
        finding.severity = std::max(finding.severity, Severity::warning);
        cite_accepted(facts, *each, finding);
    }
    if (!accepted.empty()) {
        cite_the_door(facts, !refused.empty(), finding);
    }
    const bool proved = std::any_of(accepted.begin(), accepted.end(),
                                    [](const CandidateFacts* each) { return whole_chain_is_known(*each); });
    finding.sureness = proved ? Sureness::shown : Sureness::likely;
    finding.summary = summary_of(refused, accepted, finding.sureness);
    finding.candidates = places(facts, refused);
    const auto let_in = places(facts, accepted);
    finding.candidates.insert(finding.candidates.end(), let_in.begin(), let_in.end());
    finding.remedies = name_what_is_trusted(refused.empty() ? SomebodyRefused::no : SomebodyRefused::yes);
    finding.references = {"RFC 8446 §4.2.4", "nginx: ssl_client_certificate, ssl_trusted_certificate",
                          "Apache: SSLCADNRequestFile", "HAProxy: ca-verify-file"};
    return finding;
}

} // namespace mtls::verdict::rules
