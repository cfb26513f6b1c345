#pragma once

#include <string>
#include <vector>

namespace mtls::scenario {

/// What `[expect]` may name. The harness knows nothing of the probe's code, so this is a list of its own; a test holds
/// it against what the probe explains.
[[nodiscard]] const std::vector<std::string>& finding_ids();

} // namespace mtls::scenario
