#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "probe/explain/error_summary.hpp"
#include "probe/report/layout.hpp"

namespace mtls::cli {

/// What an error log says, cause by cause, with those who met them; all of it if the style is verbose.
void put_errors(report::Page& out, const std::string& source, const explain::ErrorSummary& errors, bool verbose);
[[nodiscard]] boost::json::value errors_json(const std::string& source, const explain::ErrorSummary& errors,
                                             std::size_t unreadable);

} // namespace mtls::cli
