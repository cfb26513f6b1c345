#pragma once

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// Whether bindings-disagree rests on TLS versions alone: one asks and another does not.
[[nodiscard]] bool only_versions_disagree(const Facts& facts);

/// The same, of what the variants were asked.
[[nodiscard]] bool only_presence_differs_by_version(const Facts& facts);

/// Whether bindings-disagree speaks of a certificate that some connections let in, and others do not.
[[nodiscard]] bool attempts_differ(const Facts& facts);

} // namespace mtls::verdict::rules
