#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "probe/report/json_writer.hpp"

namespace mtls::report {

/// A tree of values as text, keys in the order of insertion.
[[nodiscard]] std::string json_text(const boost::json::value& value, JsonShape shape);

} // namespace mtls::report
