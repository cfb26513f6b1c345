#include "probe/iis/error_log.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace mtls;

TEST_CASE("a line of an error log is taken apart, whatever stands before it")
{
    struct Row {
        const char* line;
        const char* server;
        const char* time;
        const char* client;
        const char* where;
        const char* message;
    };

    const Row rows[] = {
        {R"(2026/11/27 08:02:09 [info] 7#7: *48 client SSL certificate verify error: (21:unable to verify the first certificate) while reading client request headers, client: 127.0.0.1, server: localhost, request: "GET /login?x=1 HTTP/1.1", host: "localhost:8401")",
         "nginx", "2026-11-27 08:02:09", "127.0.0.1", "localhost:8401/login",
         "client SSL certificate verify error: (21:unable to verify the first certificate) while reading client "
         "request "
         "headers"},
        {"error.log:17:2026/11/27 08:02:09 [notice] 7#7: signal 15 (SIGTERM) received from 1, exiting", "nginx",
         "2026-11-27 08:02:09", "", "", "signal 15 (SIGTERM) received from 1, exiting"},
        {"[Fri Nov 27 07:14:16.924685 2026] [ssl:info] [pid 403:tid 500] [client [::1]:45056] AH02276: Certificate "
         "Verification: Error (20): unable to get local issuer certificate [subject: CN=403.16 / issuer: CN=CA]",
         "apache", "2026-11-27 07:14:16", "[::1]", "",
         "AH02276: Certificate Verification: Error (20): unable to get local issuer certificate"},
        {"[Fri Nov 27 07:14:16 2026] [error] [client 192.0.2.1] Certificate Verification: Error (23): certificate "
         "revoked, referer: http://x/",
         "apache", "2026-11-27 07:14:16", "192.0.2.1", "", "Certificate Verification: Error (23): certificate revoked"},
        {"[Fri Nov 27 07:24:48.983361 2026] [ssl:error] [pid 1:tid 2] (111)Connection refused: [client "
         "127.0.0.1:53000] "
         "AH01974: could not connect to OCSP responder '127.0.0.1:1'",
         "apache", "2026-11-27 07:24:48", "127.0.0.1", "",
         "AH01974: could not connect to OCSP responder '127.0.0.1:1'"},
        {"Nov 27 08:03:00 proxy haproxy[4711]: 192.0.2.1:35656 [27/Nov/2026:08:02:25.323] www/1: SSL client "
         "certificate not trusted",
         "haproxy", "2026-11-27 08:02:25", "192.0.2.1", "www", "SSL client certificate not trusted"},
        {"192.0.2.1:35656 [27/Nov/2026:08:02:25.323] www~ ssl_c_err=20 ssl_c_ca_err=0", "haproxy",
         "2026-11-27 08:02:25", "192.0.2.1", "www", "ssl_c_err=20 ssl_c_ca_err=0"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const auto line = iis::read_error_line(row.line);
        REQUIRE(line.has_value());
        CHECK(line->server == row.server);
        CHECK(line->time == row.time);
        CHECK(line->client == row.client);
        CHECK(line->where == row.where);
        CHECK(line->message == row.message);
    }
}

TEST_CASE("what is no line of an error log is told from one")
{
    for (const std::string line : {
             "",
             " ",
             "#Fields: date time",
             "2026-11-20 08:00:09 10.0.0.5 GET /login - 443 - 10.1.0.8 curl/8.5.0 - 403 16 2148204809 453",
             R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" 403 9 "-" "x")",
             "2026/11/27 08:02:09 [info",
             "2026/11/27 08:02:09 [info] no process",
             "[Fri Nov 27 07:14:16.924685 2026]",
             "[Fri Nov 27 07:14:16 2026] without a level",
             "[Fri Xxx 27 07:14:16 2026] [error] x",
             "[27/Nov/2026:08:02:25.323] www/1: no client",
             "x [27/Xxx/2026:08:02:25.323] www/1: no month",
             "alert unknown ca",
         }) {
        CAPTURE(line);
        CHECK_FALSE(iis::read_error_line(line).has_value());
    }
    CHECK_FALSE(
        iis::read_error_line(std::string(300, ' ') + "x" + std::string(300, 'x') + "2026/11/27 08:02:09 [info] 7#7: x")
            .has_value()); // too far from the beginning
}

TEST_CASE("no beginning of a line is read beyond its end")
{
    for (
        const std::string line :
        {R"(2026/11/27 08:02:09 [info] 7#7: *48 client sent, client: 127.0.0.1, request: "GET /x HTTP/1.1", host: "h")",
         "[Fri Nov 27 07:14:16.924685 2026] [ssl:info] [client 127.0.0.1:1] AH02276: x [subject: y]",
         "192.0.2.1:35656 [27/Nov/2026:08:02:25.323] www~ ssl_c_err=20"}) {
        for (std::size_t length = 0; length < line.size(); ++length) {
            const std::string beginning = line.substr(0, length); // on the heap, where a sanitizer watches its end
            (void)iis::read_error_line(beginning);
        }
    }
}
