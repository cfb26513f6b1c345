#pragma once

#include <string>
#include <vector>

#include "probe/verdict/finding.hpp"

namespace mtls::verdict {

/// The verdict in one line: the first finding, or what is well, or why nothing could be said. No newline and no `|`
/// (it would start the performance data of a Nagios plugin).
[[nodiscard]] std::string summarise(const Facts& facts, Verdict verdict, const std::vector<Finding>& findings);

} // namespace mtls::verdict
