#pragma once

#include <string>
#include <vector>

#include "probe/verdict/facts.hpp"

/// What the findings about a refusal cite.
namespace mtls::verdict::rules {

/// What the proof is, or what is left and where the answer stands.
[[nodiscard]] std::string how_it_was_refused(const Facts& facts, const CandidateFacts& candidate);

/// What the certificate and the list rule out.
[[nodiscard]] std::string what_is_ruled_out(const Facts& facts, const CandidateFacts& candidate);

/// That the root may be missing where only an intermediate is named; nothing otherwise.
[[nodiscard]] std::vector<std::string> what_the_list_lacks(const Facts& facts, const CandidateFacts& candidate);

/// That a CA is known here that bears the name of one above the candidate, and has another key; nothing otherwise.
[[nodiscard]] std::vector<std::string> same_name_other_key(const Facts& facts, const CandidateFacts& candidate);

} // namespace mtls::verdict::rules
