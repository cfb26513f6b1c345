#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/refusal.hpp"
#include "probe/verdict/rules/refusal_words.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

namespace {

using Found = std::vector<const CandidateFacts*>;

/// One of the same CA for each that the server lets in: its revocation list is at hand, then, and of today.
std::vector<const CandidateFacts*> siblings_of(const Facts& facts, const Found& found)
{
    std::vector<const CandidateFacts*> siblings;
    for (const CandidateFacts* each : found) {
        const CandidateFacts* sibling = sibling_let_in(facts, *each);
        if (sibling == nullptr) {
            return {};
        }
        if (std::find(siblings.begin(), siblings.end(), sibling) == siblings.end()) {
            siblings.push_back(sibling);
        }
    }
    return siblings;
}

std::string likely_revoked(const Facts& facts, const Found& found, bool root_may_be_missing)
{
    if (const auto siblings = siblings_of(facts, found); !siblings.empty()) {
        const char* const are_likely = found.size() == 1 ? "is likely" : "are likely";
        const char* const are = server_product(facts) == "nginx" ? are_likely : "may be";
        return fmt::format("{} {} revoked: refused, while the server lets in {} of the same CA", labels(found), are,
                           labels(siblings));
    }
    const char* const or_else = root_may_be_missing ? ", or (in ClientAuthTrustMode 1) its root is not trusted" : "";
    return fmt::format("{} is refused though the server names its CA: possibly revoked, or revocation could not be "
                       "checked{}",
                       labels(found), or_else);
}

std::string summary_of(const Facts& facts, const Finding& finding, const Found& found, bool root_may_be_missing)
{
    if (finding.sureness == Sureness::likely) {
        return likely_revoked(facts, found, root_may_be_missing);
    }
    return facts.observations[found.front()->attempt->observation].alert
               ? fmt::format("The server says that {} is revoked", labels(found))
               : fmt::format("For the server {} is revoked, or revocation could not be checked", labels(found));
}

} // namespace

std::optional<Finding> revoked_or_revocation_offline(const Facts& facts)
{
    const auto are = [&](Refusal what) {
        return candidates_where(facts, [&](const CandidateFacts& each) { return refusal_of(facts, each) == what; });
    };
    const Found shown = are(Refusal::revoked);
    const Found found = shown.empty() ? are(Refusal::likely_revoked) : shown;
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "revoked-or-revocation-offline", .severity = Severity::info};
    finding.sureness = shown.empty() ? Sureness::likely : Sureness::shown;
    finding.candidates = places(facts, found);
    bool root_may_be_missing = false;
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::critical));
        finding.evidence.push_back(how_it_was_refused(facts, *each));
        if (shown.empty()) {
            finding.evidence.push_back(what_is_ruled_out(facts, *each));
        }
        std::ranges::copy(what_the_list_lacks(facts, *each), std::back_inserter(finding.evidence));
        root_may_be_missing = root_may_be_missing || only_an_intermediate_is_named(facts, *each);
    }
    finding.summary = summary_of(facts, finding, found, root_may_be_missing);
    finding.remedies = check_revocation(facts);
    if (shown.empty() && !siblings_of(facts, found).empty()) {
        std::erase_if(finding.remedies, [](const Remedy& remedy) { return remedy.applies_to == "client"; });
        finding.remedies.insert(finding.remedies.begin(), ask_whether_it_is_revoked(found.front()->leaf));
    }
    if (shown.empty() && root_may_be_missing) {
        finding.remedies.push_back(trust_the_root_in_mode_1());
    }
    finding.references = {"RFC 5280 §6.3", "RFC 8446 §6.2", "Microsoft: HTTP status codes in IIS (403.13)"};
    return finding;
}

} // namespace mtls::verdict::rules
