#pragma once

#include <cstddef>
#include <istream>
#include <string>

#include <boost/json/value.hpp>

#include "probe/explain/error_summary.hpp"
#include "probe/explain/log_summary.hpp"
#include "probe/explain/page.hpp"
#include "probe/report/layout.hpp"

namespace mtls::cli {

/// What a log said.
struct LogRead {
    std::string source;           ///< the file's name, or "pasted lines"
    explain::LogSummary summary;  ///< of requests
    explain::ErrorSummary errors; ///< of lines of an error log; a file may have both
    std::size_t unreadable = 0;
    std::size_t common = 0; ///< requests in the common log format, which has no substatus
};

/// Reads a log of requests, an error log or both in one, line by line, so that its size does not matter. Throws
/// x509::ConfigError for what is none.
[[nodiscard]] LogRead read_log(std::istream& in, const std::string& source);

/// As many of those who met a cause are shown, unless the style is verbose.
inline constexpr std::size_t shown_sufferers = 10;

/// One page of an explanation, indented.
void put_page(report::Page& out, const explain::Page& page);
[[nodiscard]] boost::json::value page_json(const explain::Page& page);

/// All causes with those who met them; the most frequent ones only, unless the style is verbose.
void put_log(report::Page& out, const LogRead& log, bool verbose);
[[nodiscard]] boost::json::value log_json(const LogRead& log);

} // namespace mtls::cli
