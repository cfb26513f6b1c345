#pragma once

#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/cli/child_process.hpp"
#include "harness/scenario/scenario.hpp"

namespace mtls::harness {

/// What of a run of mtls-probe is not as the scenario's `[expect]` says, one sentence each. Empty: all is well.
[[nodiscard]] std::vector<std::string> complaints(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy,
                                                  const ChildResult& run);

} // namespace mtls::harness
