#include "harness/server/answer.hpp"

#include <array>
#include <utility>

namespace mtls::server {
namespace {

using scenario::Personality;

std::string reason_of(int status)
{
    constexpr std::array<std::pair<int, const char*>, 6> reasons{{{200, "OK"},
                                                                  {400, "Bad Request"},
                                                                  {403, "Forbidden"},
                                                                  {413, "Request Entity Too Large"},
                                                                  {500, "Internal Server Error"},
                                                                  {505, "HTTP Version Not Supported"}}};
    for (const auto& [code, reason] : reasons) {
        if (code == status) {
            return reason;
        }
    }
    return "Status";
}

std::string server_header(Personality personality, const Verdict& verdict, HttpHost host)
{
    switch (personality) {
    case Personality::iis:
        if (verdict.unread || host.kind == HttpHost::Kind::self_hosted) {
            return "Microsoft-HTTPAPI/2.0";
        }
        return std::string{"Microsoft-IIS/"} + host.iis_version;
    case Personality::nginx:
        return "nginx";
    case Personality::apache:
        return "Apache";
    case Personality::strict:
    case Personality::raw: // never answers
        break;
    }
    return "mtls-harness";
}

std::string html(const std::string& title, const std::string& heading, const std::string& text)
{
    return "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head>\n<body><h1>" + heading + "</h1><p>" +
           text + "</p></body></html>\n";
}

std::string iis_page(const Verdict& verdict, HttpHost host)
{
    const std::string reason = reason_of(verdict.status);
    const std::string number = std::to_string(verdict.status);
    if (host.kind == HttpHost::Kind::detailed) {
        const std::string full = number + "." + std::to_string(verdict.substatus);
        return html(std::string{"IIS "} + host.iis_version + " Detailed Error - " + full + " - " + reason,
                    "HTTP Error " + full + " - " + reason,
                    "A page that only a local client of a real server sees: " + verdict.rule + ".");
    }
    if (verdict.status == 403) {
        return html("403 - Forbidden: Access is denied.", "Server Error",
                    "403 - Forbidden: Access is denied. A remote client is told no more than this.");
    }
    return html(number + " - " + reason, "Server Error", "The request was not served.");
}

std::string nginx_page(const Verdict& verdict, bool certificate_missing)
{
    const std::string title =
        certificate_missing ? "400 No required SSL certificate was sent" : "400 The SSL certificate error";
    return html(title, "400 Bad Request", title.substr(4) + ". " + std::to_string(verdict.status));
}

/// As http.sys says it, which nobody configures.
std::string http_sys_page(const Verdict& verdict)
{
    const std::string reason = reason_of(verdict.status);
    return "<HTML><HEAD><TITLE>" + reason + "</TITLE></HEAD>\n<BODY><h2>" + reason + "</h2>\n<hr><p>HTTP Error " +
           std::to_string(verdict.status) + ". " + verdict.rule + ".</p></BODY></HTML>\n";
}

std::string body_of(Personality personality, const Verdict& verdict, HttpHost host)
{
    if (verdict.status < 400) {
        return "The certificate question is settled: you are in.\n";
    }
    if (personality == Personality::iis && verdict.unread) {
        return http_sys_page(verdict);
    }
    if (host.kind == HttpHost::Kind::self_hosted) {
        return {};
    }
    if (personality == Personality::iis) {
        return iis_page(verdict, host);
    }
    if (personality == Personality::nginx && verdict.status == 400 && !verdict.unread) {
        return nginx_page(verdict, verdict.substatus == nginx_certificate_required);
    }
    const std::string line = std::to_string(verdict.status) + " " + reason_of(verdict.status);
    return html(line, reason_of(verdict.status), "The request was not served.");
}

} // namespace

std::string http_answer(Personality personality, const Verdict& verdict, const HttpRequest& request, HttpHost host,
                        Afterwards afterwards)
{
    const std::string body = body_of(personality, verdict, host);
    std::string answer = "HTTP/1.1 " + std::to_string(verdict.status) + " " + reason_of(verdict.status) + "\r\n";
    answer += std::string{"Content-Type: "} + (verdict.status < 400 ? "text/plain" : "text/html") + "\r\n";
    answer += "Server: " + server_header(personality, verdict, host) + "\r\n";
    answer += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    if (afterwards == Afterwards::close) {
        answer += "Connection: close\r\n";
    }
    answer += "\r\n";
    return request.method == "HEAD" ? answer : answer + body;
}

} // namespace mtls::server
