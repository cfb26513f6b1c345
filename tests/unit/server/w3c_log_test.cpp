#include <doctest/doctest.h>

#include <algorithm>

#include "harness/server/w3c_log.hpp"

using namespace mtls::server;

namespace {

const std::chrono::sys_seconds when{std::chrono::seconds{1795208400}}; // 2026-11-20T21:00:00Z

ConnectionRecord connection()
{
    ConnectionRecord record;
    record.server_address = "127.0.0.1";
    record.server_port = 443;
    record.client_address = "192.0.2.7";
    return record;
}

} // namespace

TEST_CASE("a refused request is one line of the W3C log")
{
    RequestRecord request;
    request.request = {.method = "GET",
                       .path = "/private area",
                       .query = "a=b",
                       .user_agent = "Test Client 1.0",
                       .referer = "",
                       .body_size = 0,
                       .expects_continue = false,
                       .keep_alive = true};
    request.verdict = {.status = 403, .substatus = 16, .win32 = 2148204809, .rule = "", .close = false};
    request.took = std::chrono::milliseconds{453};

    CHECK(
        w3c_line(connection(), request, when) ==
        "2026-11-20 21:00:00 127.0.0.1 GET /private+area a=b 443 - 192.0.2.7 Test+Client+1.0 - 403 16 2148204809 453");
}

TEST_CASE("what a client sends cannot break a log line")
{
    RequestRecord request;
    request.request.method = "GET";
    request.request.path = "/";
    request.request.user_agent = "x\n2026 forged\x1b[2J";

    const std::string line = w3c_line(connection(), request, when);

    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
}

TEST_CASE("the header names as many fields as a line has")
{
    const std::string header = w3c_header(when, "8.0");
    const std::string fields = header.substr(header.find("#Fields: ") + 9);
    RequestRecord request;
    request.request.method = "GET";
    request.request.path = "/";
    const std::string line = w3c_line(connection(), request, when);

    CHECK(header.starts_with("#Software: Microsoft Internet Information Services 8.0\n"));
    CHECK(header.find("#Date: 2026-11-20 21:00:00\n") != std::string::npos);
    CHECK(std::count(fields.begin(), fields.end(), ' ') == std::count(line.begin(), line.end(), ' '));
}
