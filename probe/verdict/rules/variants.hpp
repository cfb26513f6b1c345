#pragma once

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// Whether bindings-disagree rests on TLS versions alone: one asks and another does not.
[[nodiscard]] bool only_versions_disagree(const Facts& facts);

} // namespace mtls::verdict::rules
