#include "harness/server/w3c_log.hpp"

#include <algorithm>

#include "certs/x509/certificate.hpp"

namespace mtls::server {
namespace {

/// "2026-11-20 21:00:00".
std::string date_and_time(std::chrono::sys_seconds now)
{
    std::string text = x509::rfc3339(now); // 2026-11-20T21:00:00Z
    std::ranges::replace(text, 'T', ' ');
    text.pop_back();
    return text;
}

std::string field(const std::string& value)
{
    std::string text = x509::printable(value);
    std::ranges::replace(text, ' ', '+');
    return text.empty() ? "-" : text;
}

} // namespace

std::string w3c_header(std::chrono::sys_seconds now, std::string_view iis_version)
{
    return "#Software: Microsoft Internet Information Services " + std::string{iis_version} +
           "\n#Version: 1.0\n#Date: " + date_and_time(now) +
           "\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
           "cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
}

std::string w3c_line(const ConnectionRecord& connection, const RequestRecord& request, std::chrono::sys_seconds now)
{
    const HttpRequest& http = request.request;
    return date_and_time(now) + " " + field(connection.server_address) + " " + field(http.method) + " " +
           field(http.path) + " " + field(http.query) + " " + std::to_string(connection.server_port) + " - " +
           field(connection.client_address) + " " + field(http.user_agent) + " " + field(http.referer) + " " +
           std::to_string(request.verdict.status) + " " + std::to_string(request.verdict.substatus) + " " +
           std::to_string(request.verdict.win32) + " " + std::to_string(request.took.count());
}

} // namespace mtls::server
