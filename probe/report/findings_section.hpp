#pragma once

#include "probe/report/layout.hpp"
#include "probe/report/report.hpp"

namespace mtls::report {

/// Causes in full: evidence, then the fix, then what follows from them, a line each; notes a line each. In a verbose
/// style everything of every finding.
void put_findings(Page& page, const Report& report, const TextStyle& style);

} // namespace mtls::report
