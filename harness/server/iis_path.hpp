#pragma once

#include <string_view>

namespace mtls::server {

/// Whether a request for this path falls under the settings of `place` ("/", "/secret"), as http.sys and IIS take
/// paths: decoded, without `.` and `..`, in whole segments, whatever the case. A query does not count.
[[nodiscard]] bool lies_below(std::string_view path, std::string_view place);

} // namespace mtls::server
