#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/report/earlier_report.hpp"

namespace mtls::report {

/// The reports of a file, or why it has none.
struct EarlierReports {
    std::vector<EarlierReport> reports;
    std::optional<std::string> problem; ///< why there are none: one line, printable
};

/// Reads what read_reports() reads in pieces, so that the text may be of any length: only a single report is bounded.
class ReportsReader {
  public:
    static constexpr std::size_t longest = std::size_t{64} << 20U; ///< bytes of a report, or of an array of them

    ReportsReader();
    ReportsReader(const ReportsReader&) = delete;
    ReportsReader& operator=(const ReportsReader&) = delete;
    ~ReportsReader();

    /// False: there is a problem, and what follows changes nothing.
    bool feed(std::string_view piece);

    [[nodiscard]] EarlierReports finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads one report, an array of them, or one a line. Anybody may have written the file: whatever stands in it, this
/// says what is wrong instead of throwing. The lists are parsed anew from the bytes of each request.
[[nodiscard]] EarlierReports read_reports(std::string_view text);

} // namespace mtls::report
