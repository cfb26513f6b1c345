#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace mtls::report {

enum class JsonShape { indented, one_line };

/// RFC 8259 text, keys in the order of insertion. Numbers are written as people write them (12.5, not 1.25E1).
[[nodiscard]] std::string json_text(const boost::json::value& value, JsonShape shape);

/// A value whose text is there already: json_text() copies it as it is. Only for JsonShape::one_line.
[[nodiscard]] boost::json::value written_before(std::string_view text);

} // namespace mtls::report
