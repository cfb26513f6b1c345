#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/faults.hpp"
#include "probe/verdict/rules/refusal.hpp"
#include "probe/verdict/rules/refusal_words.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

using Found = std::vector<const CandidateFacts*>;

/// Why a certificate is not trusted, in the order in which a summary tells it.
enum class Why {
    flawed,      ///< it has a flaw that servers mind whomever they trust
    self_signed, ///< there is no CA to trust
    held_itself, ///< the list names the certificate in place of its CA
    sent_alone,  ///< an intermediate may be missing as well
    not_trusted, ///< its CA
    other_key,   ///< a CA of that name is named, and one with another key than that of its CA is known here
    named,       ///< a CA above it is named, yet it is refused without a reason
};

Why why(const Facts& facts, const CandidateFacts& candidate)
{
    const Refusal refusal = refusal_of(facts, candidate);
    if (refusal == Refusal::likely_flawed) {
        return Why::flawed;
    }
    if (candidate.leaf.is_self_signed()) {
        return Why::self_signed;
    }
    if (candidate.issuer_match.depth == 0) {
        return Why::held_itself;
    }
    if (is_bare(candidate)) {
        return Why::sent_alone;
    }
    if (refusal != Refusal::likely_untrusted || candidate.issuer_match.advertised != true) {
        return Why::not_trusted;
    }
    return same_name_other_key(facts, candidate).empty() ? Why::named : Why::other_key;
}

/// Whoever is refused for something that intermediate-missing tells stays out where others are not.
Found without_those_that_lack_an_intermediate(Found found)
{
    const auto lacks = [](const CandidateFacts* each) {
        return unsent_intermediate(*each) != nullptr && each->issuer_match.depth != 1;
    };
    if (!std::all_of(found.begin(), found.end(), lacks)) {
        found.erase(std::remove_if(found.begin(), found.end(), lacks), found.end());
    }
    return found;
}

struct Refused {
    Found found;
    Sureness sureness = Sureness::shown;
};

/// What is only likely waits until the sure is mended; a flaw of the certificate does not.
Refused refused(const Facts& facts)
{
    const auto are = [&](Refusal trust) {
        return without_those_that_lack_an_intermediate(candidates_where(facts, [&](const CandidateFacts& each) {
            const Refusal refusal = refusal_of(facts, each);
            return refusal == trust || refusal == Refusal::likely_flawed;
        }));
    };
    const bool some_are_sure = std::any_of(facts.candidates.begin(), facts.candidates.end(), [&](const auto& each) {
        return refusal_of(facts, each) == Refusal::untrusted;
    });
    Found found = are(some_are_sure ? Refusal::untrusted : Refusal::likely_untrusted);
    const bool all_are_sure = some_are_sure && std::all_of(found.begin(), found.end(), [&](const auto* each) {
                                  return refusal_of(facts, *each) == Refusal::untrusted;
                              });
    return {std::move(found), all_are_sure ? Sureness::shown : Sureness::likely};
}

bool is_sure(const Facts& facts, const Found& of_one_reason)
{
    return std::all_of(of_one_reason.begin(), of_one_reason.end(),
                       [&](const CandidateFacts* each) { return refusal_of(facts, *each) == Refusal::untrusted; });
}

std::string flaws_in_short(const Facts& facts, const Found& found)
{
    std::vector<std::string> each_for;
    each_for.reserve(found.size());
    for (const CandidateFacts* each : found) {
        each_for.push_back(
            fmt::format("{} for {}", clipped(label(*each), 60), in_short(*each, flaws_to_mind(facts, *each).front())));
    }
    return enumerated(each_for);
}

/// One sentence about those who are refused for the same reason.
std::string sentence(const Facts& facts, Why reason, const Found& found)
{
    const std::string who = labels(found);
    const bool sure = is_sure(facts, found);
    const bool one = found.size() == 1;
    switch (reason) {
    case Why::flawed:
        return fmt::format("The server likely refuses {}", flaws_in_short(facts, found));
    case Why::self_signed:
        return fmt::format("{} {} self-signed, and the server {} {}", who, one ? "is" : "are",
                           sure ? "does not trust" : "likely does not trust", one ? "it" : "them");
    case Why::held_itself:
        return fmt::format("The server's CA file likely holds {} itself, not its CA: the list names it", who);
    case Why::sent_alone:
        return fmt::format(
            "{} {} sent without a chain, and the server {}: an intermediate is missing, or the CA is not "
            "trusted",
            who, one ? "is" : "are", sure ? "knows no CA above" : "likely knows no CA above");
    case Why::not_trusted:
        return sure ? fmt::format("The server does not trust the CA of {}", who)
                    : fmt::format("The CA of {} is likely not trusted: sent, and refused", who);
    case Why::other_key:
        return fmt::format("The server likely has another CA of the same name than that of {}: the keys differ", who);
    case Why::named:
        break;
    }
    return fmt::format("The server likely cannot verify {}: it names a CA above, yet refuses", who);
}

std::string summary_of(const Facts& facts, const Found& found)
{
    std::string text;
    for (const Why reason : {Why::flawed, Why::self_signed, Why::held_itself, Why::sent_alone, Why::not_trusted,
                             Why::other_key, Why::named}) {
        Found same;
        std::copy_if(found.begin(), found.end(), std::back_inserter(same),
                     [&](const CandidateFacts* each) { return why(facts, *each) == reason; });
        if (!same.empty()) {
            text += (text.empty() ? "" : "; ") + sentence(facts, reason, same);
        }
    }
    return text;
}

/// What else would look the same where a CA above is named.
std::string other_reasons(const Facts& facts, const CandidateFacts& candidate)
{
    std::vector<std::string> others;
    if (same_name_other_key(facts, candidate).empty()) {
        others.emplace_back("a CA of the same name with another key");
    }
    if (std::any_of(candidate.above.begin(), candidate.above.end(),
                    [](const x509::Certificate& above) { return !above.is_self_issued(); })) {
        others.emplace_back("a limit to the length of chains");
    }
    others.emplace_back("a revocation list that is missing or out of date");
    others.emplace_back("an expired CA at the server");
    return fmt::format("{}: what looks like this: {}", label(candidate), alternatives(others));
}

void cite(const Facts& facts, const CandidateFacts& candidate, Finding& finding)
{
    const Why reason = why(facts, candidate);
    finding.evidence.push_back(how_it_was_refused(facts, candidate));
    if (reason == Why::flawed) {
        for (const x509::Flaw& flaw : flaws_to_mind(facts, candidate)) {
            finding.evidence.push_back(label(candidate) + ": " + in_full(candidate, flaw));
        }
        return;
    }
    if (refusal_of(facts, candidate) == Refusal::likely_untrusted) {
        finding.evidence.push_back(what_is_ruled_out(facts, candidate));
    }
    if (reason == Why::self_signed) {
        finding.evidence.push_back(label(candidate) + ": signed with its own key, so no CA stands above it");
    }
    if (reason == Why::held_itself) {
        finding.evidence.push_back(fmt::format("{}: the list names {}, its own subject", label(candidate),
                                               clipped(in_words(candidate.leaf.subject()), 120)));
    }
    if (reason == Why::sent_alone) {
        finding.evidence.push_back(fmt::format("{}: the file holds one certificate and no chain; if {} is an "
                                               "intermediate that the server does not have, only that is missing",
                                               label(candidate), clipped(in_words(candidate.leaf.issuer()), 120)));
    }
    std::ranges::copy(what_the_list_lacks(facts, candidate), std::back_inserter(finding.evidence));
    std::ranges::copy(same_name_other_key(facts, candidate), std::back_inserter(finding.evidence));
    if (reason == Why::named || reason == Why::other_key) {
        finding.evidence.push_back(other_reasons(facts, candidate));
    }
}

/// What to do first is what the client can do alone.
std::vector<Remedy> remedies_for(const Facts& facts, const Found& found)
{
    std::vector<Remedy> remedies;
    const auto any = [&](Why reason) {
        return std::any_of(found.begin(), found.end(),
                           [&](const CandidateFacts* each) { return why(facts, *each) == reason; });
    };
    for (const CandidateFacts* each : found) {
        const auto flaws = why(facts, *each) == Why::flawed ? flaws_to_mind(facts, *each) : std::vector<x509::Flaw>{};
        for (const x509::Flaw& flaw : flaws) {
            remedies.push_back(reissue_without(*each, flaw));
            remedies.back().whatever_the_server = true;
        }
    }
    if (any(Why::sent_alone)) {
        remedies.push_back(send_the_chain());
        remedies.back().whatever_the_server = true;
    }
    if (any(Why::self_signed)) {
        std::ranges::copy(trust_this_very_certificate(), std::back_inserter(remedies));
    }
    if (any(Why::held_itself) || any(Why::sent_alone) || any(Why::not_trusted) || any(Why::other_key) ||
        any(Why::named)) {
        const bool some_are_named = std::any_of(found.begin(), found.end(), [](const CandidateFacts* each) {
            return each->issuer_match.advertised == true;
        });
        std::ranges::copy(trust_the_ca(facts, some_are_named ? Named::yes : Named::no), std::back_inserter(remedies));
    }
    return remedies;
}

} // namespace

std::optional<Finding> untrusted_by_server(const Facts& facts)
{
    const auto [found, sureness] = refused(facts);
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "untrusted-by-server", .severity = Severity::info};
    finding.sureness = sureness;
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::critical));
        cite(facts, *each, finding);
    }
    finding.summary = summary_of(facts, found);
    finding.remedies = remedies_for(facts, found);
    finding.references = {"RFC 8446 §6.2", "RFC 5280 §6.1",
                          "Microsoft: HTTP status codes in IIS (403.13, 403.16, 403.17)"};
    return finding;
}

} // namespace mtls::verdict::rules
