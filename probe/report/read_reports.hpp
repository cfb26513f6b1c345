#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/verdict/facts.hpp"

namespace mtls::report {

/// What of a report of render_json() is needed to compare with it.
struct EarlierReport {
    verdict::TargetFacts target; ///< input is left empty; path null
    verdict::Baseline baseline;  ///< source is left empty
};

struct EarlierReports {
    std::vector<EarlierReport> reports;
    std::optional<std::string> problem; ///< why there are none: one line, printable
};

/// Reads one report, an array of them, or one a line. Anybody may have written the file: whatever stands in it, this
/// says what is wrong instead of throwing. The lists are parsed anew from the bytes of each request.
[[nodiscard]] EarlierReports read_reports(std::string_view text);

} // namespace mtls::report
