#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "probe/report/earlier_report.hpp"

namespace mtls::report {

/// Reads one report. Null if it is none, and then `problem` says why.
[[nodiscard]] std::optional<EarlierReport> read_report(const boost::json::value& value,
                                                       std::optional<std::string>& problem);

} // namespace mtls::report
