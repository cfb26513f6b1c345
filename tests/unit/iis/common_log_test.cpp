#include "probe/iis/common_log.hpp"

#include <doctest/doctest.h>

using namespace mtls;

TEST_CASE("a line of an access log of nginx or Apache has a client, a path, a status, and a time that is made UTC")
{
    struct Row {
        const char* line;
        const char* client;
        const char* url;
        int status;
        const char* time;
    };

    constexpr const char* sent =
        R"(198.51.100.7 - alice [01/Jan/2026:00:30:05 +0100] "GET /a?b HTTP/2.0" 495 208 "-" "x")";
    const Row rows[] = {
        {sent, "198.51.100.7", "/a", 495, "2025-12-31 23:30:05"},
        {R"(::1 - - [29/Feb/2024:23:59:59 -0930] "GET /%22 HTTP/1.1" 200 5)", "::1", "/%22", 200,
         "2024-03-01 09:29:59"},
        {R"(www:443 10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "POST / HTTP/1.1" 403 9 "r" "a b" 17)", "10.0.0.1", "/",
         403, "2026-11-20 21:00:00"},
        {R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "\x16\x03\"" 400 150)", "10.0.0.1", "", 400,
         "2026-11-20 21:00:00"},
        {R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "" 400 0)", "10.0.0.1", "", 400, "2026-11-20 21:00:00"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const auto entry = iis::read_common_log_line(row.line);
        REQUIRE(entry);
        CHECK(entry->client == row.client);
        CHECK(entry->url == row.url);
        CHECK(entry->status == row.status);
        CHECK(entry->time == row.time);
        CHECK(!entry->substatus);
        CHECK(!entry->win32_status);
    }
}

TEST_CASE("what is no line of the common log format is none")
{
    for (const char* line : {
             "",
             R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1)",
             R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" - 5)",
             R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" 99 5)",
             R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" 1000 5)",
             R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" -403 5)",
             R"(10.0.0.1 - - [20/Noc/2026:21:00:00 +0000] "GET / HTTP/1.1" 403 5)",
             R"(10.0.0.1 - - [31/Feb/2026:21:00:00 +0000] "GET / HTTP/1.1" 403 5)",
             R"(10.0.0.1 - - [20/Nov/2026:2x:00:00 +0000] "GET / HTTP/1.1" 403 5)",
             R"(10.0.0.1 - - [20/Nov/2026:21:00:00] "GET / HTTP/1.1" 403 5)",
             R"(- - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" 403 5)",
             "2026-11-20 08:00:09 10.0.0.5 GET /[x - 443 - 10.1.0.8 a] \"b\" - 403 16 2148204809 453",
         }) {
        CAPTURE(line);
        CHECK(!iis::read_common_log_line(line));
    }
}
