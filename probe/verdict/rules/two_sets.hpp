#pragma once

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// Whether one candidate's CA is named and not trusted, and another's is trusted and not named.
[[nodiscard]] bool names_and_trusts_differ_both_ways(const Facts& facts);

} // namespace mtls::verdict::rules
