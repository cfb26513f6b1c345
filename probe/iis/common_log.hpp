#pragma once

#include <optional>
#include <string_view>

#include "probe/iis/w3c_log.hpp"

namespace mtls::iis {

/// A line of an access log in the common or combined format (NCSA), as nginx and Apache write it and IIS can:
/// `CLIENT IDENT USER [20/Nov/2026:21:00:00 +0000] "GET /x HTTP/1.1" 403 146 ...`. It has a status and no substatus.
/// Null for any other line.
[[nodiscard]] std::optional<LogEntry> read_common_log_line(std::string_view line);

} // namespace mtls::iis
