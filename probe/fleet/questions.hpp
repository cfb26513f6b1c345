#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probe/fleet/inputs.hpp"
#include "probe/fleet/manner.hpp"

namespace mtls::fleet {

/// One part of what a run asks and judges by, as a hash of all that matters in it: results of two runs belong in one
/// report only if each is the same. How fast and how patiently is asked, and which targets, is no part of it.
struct QuestionPart {
    std::string_view name; ///< one word: "asking", "candidates", "expectation", "judging", "baseline"
    std::string hash;      ///< 16 hex digits
};

using Questions = std::vector<QuestionPart>;

/// `paths_want_handshakes`: Orders::paths_want_handshakes.
[[nodiscard]] Questions questions_of(const Manner& manner, const Inputs& inputs, bool paths_want_handshakes);

/// What a user would have changed to make this part another one: "candidates (--cert, ...)".
[[nodiscard]] std::string_view options_of(std::string_view part);

} // namespace mtls::fleet
