#include "probe/verdict/rules/about.hpp"

#include <algorithm>

#include "probe/verdict/phrases.hpp"

namespace mtls::verdict::rules {

bool was_rejected(const CandidateFacts& candidate)
{
    return candidate.attempt && candidate.attempt->result == AttemptResult::rejected;
}

Severity unless_wished(const Facts& facts, const CandidateFacts& candidate, Severity severity)
{
    return facts.expect_outcome == ExpectOutcome::reject && was_rejected(candidate) ? Severity::info : severity;
}

bool all_is_as_wished(const Facts& facts)
{
    return facts.expect_outcome == ExpectOutcome::reject && !facts.candidates.empty() &&
           std::all_of(facts.candidates.begin(), facts.candidates.end(), was_rejected);
}

std::string label(const CandidateFacts& candidate)
{
    return x509::printable(candidate.name);
}

std::string labels(const std::vector<const CandidateFacts*>& candidates)
{
    std::vector<std::string> texts;
    texts.reserve(candidates.size());
    for (const CandidateFacts* candidate : candidates) {
        texts.push_back(clipped(label(*candidate), 60));
    }
    return enumerated(texts);
}

std::vector<std::size_t> places(const Facts& facts, const std::vector<const CandidateFacts*>& candidates)
{
    std::vector<std::size_t> found;
    found.reserve(candidates.size());
    for (const CandidateFacts* candidate : candidates) {
        found.push_back(static_cast<std::size_t>(candidate - facts.candidates.data()));
    }
    return found;
}

bool expired(const Facts& facts, const CandidateFacts& candidate)
{
    return candidate.leaf.not_after() && *candidate.leaf.not_after() < facts.now;
}

std::string days_between(x509::Time from, x509::Time to)
{
    const auto days = std::chrono::floor<std::chrono::days>(to - from).count();
    return days == 0 ? "less than a day" : counted(static_cast<std::size_t>(days), "day");
}

bool is_fit(const Facts& facts, const CandidateFacts& candidate)
{
    const x509::Certificate& leaf = candidate.leaf;
    const bool begun = !leaf.not_before() || *leaf.not_before() <= facts.now;
    const bool over = leaf.not_after() && *leaf.not_after() < facts.now;
    return begun && !over && leaf.allows_client_authentication() && leaf.allows_digital_signature();
}

const x509::Certificate* unsent_intermediate(const CandidateFacts& candidate)
{
    for (const x509::Certificate& above : candidate.above) {
        if (!above.is_self_issued() &&
            std::find(candidate.chain.begin(), candidate.chain.end(), above) == candidate.chain.end()) {
            return &above;
        }
    }
    return nullptr;
}

std::string normal_connection(const Facts& facts)
{
    return facts.request.observation ? where(facts.observations[*facts.request.observation]) : std::string{};
}

} // namespace mtls::verdict::rules
