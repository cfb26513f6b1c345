#pragma once

#include <optional>
#include <string>

#include "probe/verdict/differences.hpp"
#include "probe/verdict/finding.hpp"

/// What bindings-disagree is made of: each a finding by itself, null if it was not seen.
namespace mtls::verdict::rules {

/// variants.cpp: two ways of asking, or two times, got different answers.
[[nodiscard]] std::optional<Finding> asked_differently(const Facts& facts);

/// broken_versions.cpp: one version breaks off before the server asks, another works.
[[nodiscard]] std::optional<Finding> version_breaks_off(const Facts& facts);

/// differing_attempts.cpp: the same certificate, presented the same way, was let in by some connections only.
[[nodiscard]] std::optional<Finding> let_in_by_chance(const Facts& facts);

/// "asked, with 2 names".
[[nodiscard]] std::string what_is_asked(const Answer& answer);

/// Whether it shows without a candidate.
enum class Shown { without_candidates, with_candidates };

/// "Behind a load balancer, ask often, or one back end at a time."
[[nodiscard]] Remedy ask_each_back_end(const Facts& facts, Shown shown);

} // namespace mtls::verdict::rules
