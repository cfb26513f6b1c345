#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/verdict/facts.hpp"

namespace mtls::report {

/// What of a report of render_json() is needed to compare with it, or to answer its request.
struct EarlierReport {
    verdict::TargetFacts target; ///< input is left empty; path null
    verdict::Baseline baseline;  ///< source is left empty

    /// The request that a normal client got; null if there was none.
    struct Place {
        int observation = 0; ///< its id
        std::size_t index = 0;
    };

    std::optional<Place> request;
    std::optional<int> normal; ///< id of a normal client's connection, asked or not; null if nobody answered
    std::vector<observation::Observation> attempts; ///< connections that presented a candidate; the others are above
};

/// A request by itself, as if it had been alone in its connection.
struct EarlierRequest {
    observation::Observation seen; ///< id and variant, and the request
    bool is_normal = true;         ///< a normal client got it; else it was asked nothing, and this is another's
};

/// What a normal client was asked, or else what verdict::request_elsewhere() finds. Null if nobody was asked.
[[nodiscard]] std::optional<EarlierRequest> request_in(const EarlierReport& report);

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
