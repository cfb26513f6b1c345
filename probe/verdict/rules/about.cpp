#include "probe/verdict/rules/about.hpp"

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

std::string label(const CandidateFacts& candidate)
{
    return x509::printable(candidate.label);
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

std::string normal_connection(const Facts& facts)
{
    return facts.request.observation ? where(facts.observations[*facts.request.observation]) : std::string{};
}

} // namespace mtls::verdict::rules
