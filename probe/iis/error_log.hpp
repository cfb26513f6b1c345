#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtls::iis {

/// A line of an error log, taken apart. Date, process, port and client are no part of the message, so that no number of
/// theirs can be taken for a code.
struct ErrorLine {
    std::string server;  ///< "nginx", "apache" or "haproxy"
    std::string time;    ///< "2026-11-27 07:12:45", by the server's own clock
    std::string client;  ///< its address; "" if the line names none
    std::string where;   ///< nginx: host and path; HAProxy: the frontend; "" if the line does not say
    std::string message; ///< what is said, raw
};

/// A line as nginx (error_log) and Apache (ErrorLog, in its default format, since 2.2) write it, or one of HAProxy
/// about a connection. What syslog, a container or grep puts before it is passed over. Null for any other line.
[[nodiscard]] std::optional<ErrorLine> read_error_line(std::string_view line);

} // namespace mtls::iis
