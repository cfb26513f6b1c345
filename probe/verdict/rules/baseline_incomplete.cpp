#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

const char* in_words(GapReason reason)
{
    switch (reason) {
    case GapReason::no_answer_then:
        return "no answer in the baseline";
    case GapReason::no_answer_now:
        return "answered in the baseline, not now";
    case GapReason::not_asked_now:
        return "only in the baseline";
    case GapReason::late_request_unseen:
        break;
    }
    return "one of the two read the list only, and would not have seen a request that comes later";
}

/// "SNI localhost, TLS 1.0 to 1.2 offered": a way of asking.
std::string question(const Facts& facts, const BaselineGap& gap)
{
    const observation::Variant& variant = gap.observation ? facts.observations[*gap.observation].variant
                                                          : facts.baseline->observations[*gap.earlier].variant;
    return fmt::format("{}, {}", sni_in_words(variant), offer_in_words(variant));
}

/// Each way of asking once, with the observations that went it.
std::vector<std::string> told(const Facts& facts)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> ways;
    for (const BaselineGap& gap : facts.reach.gaps) {
        const std::string way = fmt::format("{}: {}", in_words(gap.reason), question(facts, gap));
        auto same = std::find_if(ways.begin(), ways.end(), [&](const auto& each) { return each.first == way; });
        if (same == ways.end()) {
            same = ways.insert(ways.end(), {way, {}});
        }
        if (gap.observation) {
            same->second.push_back(std::to_string(facts.observations[*gap.observation].id));
        }
    }
    std::vector<std::string> lines;
    lines.reserve(ways.size());
    for (const auto& [way, ids] : ways) {
        lines.push_back(ids.empty() ? way
                                    : fmt::format("{} ({} {})", way, ids.size() == 1 ? "observation" : "observations",
                                                  enumerated(ids)));
    }
    return lines;
}

Remedy remedy_for(bool target_known, bool fell_silent)
{
    if (!target_known) {
        return {"any",
                "Take a baseline that holds this target: the report (-o) of a run over the same list, or one by "
                "--save-baseline, which needs a file of its own.",
                {}};
    }
    if (fell_silent) {
        return {
            "any",
            "Find out why the server no longer answers clients that ask so: whoever offers no other version or name "
            "is shut out. If that is meant, take a new baseline (--save-baseline) with the options of now.",
            {}};
    }
    return {"any",
            "Ask as the baseline was asked (the same --tls, --variants, --sni and --list-only); or take a new baseline "
            "(--save-baseline) with the options of now.",
            {}};
}

} // namespace

std::optional<Finding> baseline_incomplete(const Facts& facts)
{
    const bool nothing = nothing_compared(facts);
    if (!facts.baseline || (!nothing && facts.reach.gaps.empty()) ||
        facts.request.status == RequestStatus::undetermined) {
        return std::nullopt;
    }
    const std::string source = x509::printable(facts.baseline->source);
    const bool target_known = !facts.baseline->started.empty();
    const auto ways = told(facts);
    const bool fell_silent = std::any_of(facts.reach.gaps.begin(), facts.reach.gaps.end(),
                                         [](const BaselineGap& gap) { return gap.reason == GapReason::no_answer_now; });
    Finding finding{.id = "baseline-incomplete",
                    .severity = nothing || fell_silent ? Severity::warning : Severity::info};
    finding.summary =
        nothing ? fmt::format("Nothing could be compared with the baseline: {}",
                              target_known ? "no way of asking has an answer both then and now"
                                           : "it holds no report on this target")
                : fmt::format("{} could not be compared with the baseline", counted(ways.size(), "way") + " of asking");
    finding.evidence.push_back(target_known ? fmt::format("the baseline: {}, made {}", source, facts.baseline->started)
                                            : fmt::format("the baseline: {}", source));
    if (target_known) {
        finding.evidence.insert(finding.evidence.end(), ways.begin(), ways.end());
    }
    finding.remedies = {remedy_for(target_known, fell_silent)};
    finding.references = {"RFC 6066 §3", "RFC 8446 §4.2.1"}; // what tells two ways of asking apart
    return finding;
}

} // namespace mtls::verdict::rules
