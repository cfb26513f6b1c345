#pragma once

#include <string>
#include <vector>

#include "probe/verdict/facts.hpp"
#include "probe/verdict/finding.hpp"

/// What several rules ask of the facts.
namespace mtls::verdict::rules {

[[nodiscard]] bool was_rejected(const CandidateFacts& candidate);

/// DESIGN §6: with --expect-outcome reject, a refusal that was wished for is info, with everything that explains it.
[[nodiscard]] Severity unless_wished(const Facts& facts, const CandidateFacts& candidate, Severity severity);

/// Every candidate was refused, as --expect-outcome reject wants it.
[[nodiscard]] bool all_is_as_wished(const Facts& facts);

/// What the candidate is called in a sentence, escaped.
[[nodiscard]] std::string label(const CandidateFacts& candidate);

/// Labels of several candidates.
[[nodiscard]] std::string labels(const std::vector<const CandidateFacts*>& candidates);

/// Their places in Facts::candidates: what a finding says it speaks of.
[[nodiscard]] std::vector<std::size_t> places(const Facts& facts, const std::vector<const CandidateFacts*>& candidates);

[[nodiscard]] bool expired(const Facts& facts, const CandidateFacts& candidate);

enum class Validity { begun_not, valid, over };

/// At the moment of the probe; a date that cannot be read is no fault.
[[nodiscard]] Validity validity(const Facts& facts, const x509::Certificate& certificate);

/// The lowest CA above the candidate that is so, unless the server let the candidate in, or may have another
/// certificate of that CA which is valid. Null if there is none.
[[nodiscard]] const x509::Certificate* ca_above_that_is(Validity what, const Facts& facts,
                                                        const CandidateFacts& candidate);

/// "less than a day", "1 day", "12 days"; `from` is not after `to`.
[[nodiscard]] std::string days_between(x509::Time from, x509::Time to);

/// What a good candidate looks like before any server has seen it: valid now, it and the CAs above it, and for client
/// authentication.
[[nodiscard]] bool is_fit(const Facts& facts, const CandidateFacts& candidate);

/// The first CA on the way up that must be known to the server but is not in what the client sends; null if all are.
[[nodiscard]] const x509::Certificate* unsent_intermediate(const CandidateFacts& candidate);

/// The observation that the reading points at, cited; "" if there is none.
[[nodiscard]] std::string normal_connection(const Facts& facts);

/// Candidates for which `holds` is true.
template <class Predicate>
[[nodiscard]] std::vector<const CandidateFacts*> candidates_where(const Facts& facts, Predicate holds)
{
    std::vector<const CandidateFacts*> found;
    for (const CandidateFacts& candidate : facts.candidates) {
        if (holds(candidate)) {
            found.push_back(&candidate);
        }
    }
    return found;
}

} // namespace mtls::verdict::rules
