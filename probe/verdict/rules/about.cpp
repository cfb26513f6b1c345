#include "probe/verdict/rules/about.hpp"

#include <algorithm>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/faults.hpp"

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

Validity validity(const Facts& facts, const x509::Certificate& certificate)
{
    if (certificate.not_before() && *certificate.not_before() > facts.now) {
        return Validity::begun_not;
    }
    return certificate.not_after() && *certificate.not_after() < facts.now ? Validity::over : Validity::valid;
}

bool expired(const Facts& facts, const CandidateFacts& candidate)
{
    return validity(facts, candidate.leaf) == Validity::over;
}

namespace {

bool is_sent(const CandidateFacts& candidate, const x509::Certificate& certificate)
{
    return std::find(candidate.chain.begin(), candidate.chain.end(), certificate) != candidate.chain.end();
}

/// Whether a valid certificate of the CA that issued `below` is known, where the server may find it.
bool has_a_valid_twin(const Facts& facts, const CandidateFacts& candidate, const x509::Certificate& below,
                      const x509::Certificate& issuer)
{
    return std::any_of(facts.authorities.begin(), facts.authorities.end(), [&](const x509::Certificate& other) {
        return validity(facts, other) == Validity::valid &&
               (is_sent(candidate, other) || !is_sent(candidate, issuer)) && below.is_issued_by(other);
    });
}

} // namespace

const x509::Certificate* ca_above_that_is(Validity what, const Facts& facts, const CandidateFacts& candidate)
{
    if (candidate.attempt && candidate.attempt->result == AttemptResult::accepted) {
        return nullptr;
    }
    const x509::Certificate* below = &candidate.leaf;
    for (const x509::Certificate& above : candidate.above) {
        if (validity(facts, above) == what && !has_a_valid_twin(facts, candidate, *below, above)) {
            return &above;
        }
        below = &above;
    }
    return nullptr;
}

std::string days_between(x509::Time from, x509::Time to)
{
    const auto days = std::chrono::floor<std::chrono::days>(to - from).count();
    return days == 0 ? "less than a day" : counted(static_cast<std::size_t>(days), "day");
}

bool is_fit(const Facts& facts, const CandidateFacts& candidate)
{
    return validity(facts, candidate.leaf) == Validity::valid &&
           ca_above_that_is(Validity::over, facts, candidate) == nullptr &&
           ca_above_that_is(Validity::begun_not, facts, candidate) == nullptr &&
           candidate.leaf.allows_client_authentication() && candidate.leaf.allows_digital_signature() &&
           usages_to_mind(facts, candidate).empty();
}

const x509::Certificate* unsent_intermediate(const CandidateFacts& candidate)
{
    for (const x509::Certificate& above : candidate.above) {
        if (!above.is_self_issued() && !is_sent(candidate, above)) {
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
