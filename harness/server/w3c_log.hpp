#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "harness/server/record.hpp"

/// The W3C extended log with the default fields of IIS 8 and later. Failed handshakes never reach it.
namespace mtls::server {

/// `#Software`, `#Version`, `#Date`, `#Fields`: four lines.
[[nodiscard]] std::string w3c_header(std::chrono::sys_seconds now, std::string_view iis_version);

/// One request: UTC, `+` for a space, `-` for empty. Without the newline.
[[nodiscard]] std::string w3c_line(const ConnectionRecord& connection, const RequestRecord& request,
                                   std::chrono::sys_seconds now);

} // namespace mtls::server
