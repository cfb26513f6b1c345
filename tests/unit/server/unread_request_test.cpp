#include <set>
#include <string>

#include <doctest/doctest.h>

#include "harness/server/decision_name.hpp"
#include "harness/server/unfinished.hpp"
#include "stand.hpp"

using namespace mtls::server;
using stand::apache;
using stand::issued;
using stand::Stand;

namespace {

constexpr auto iis = R"(
personality = "iis"
[iis.access]
"/" = "accept"
[[iis.binding]]
ipport = "0.0.0.0"
)";

std::string open_to_all(const std::string& personality)
{
    return "personality = '" + personality + "'\n[[listener]]\nclient_certificate = 'none'\n";
}

const std::string odd_header = "GET /a HTTP/1.1\r\nHost: x\r\nX-Odd: \x1b[2J\r\n\r\n";

} // namespace

TEST_CASE("a request that is no HTTP gets a 400, an end, and a place in the record")
{
    for (const std::string& scenario :
         {std::string{iis}, open_to_all("strict"), open_to_all("nginx"), open_to_all("apache")}) {
        CAPTURE(scenario);
        Stand stand{scenario};

        const auto answer = stand.ask({.version = TLS1_3_VERSION, .request = odd_header});

        CHECK(answer.status() == 400);
        CHECK(answer.response.starts_with("HTTP/1.1 400 Bad Request\r\n"));
        CHECK(answer.response.find("Connection: close\r\n") != std::string::npos);
        CHECK(answer.response.find("certificate") == std::string::npos);
        const auto record = stand.ears().connection(1);
        CHECK(record.decision == "400");
        CHECK(record.rule == "the request is no HTTP that is understood here: bad value");
        REQUIRE(record.requests.size() == 1);
        CHECK(record.requests[0].request.method == "GET");
        CHECK(record.requests[0].request.path == "/a");
        CHECK(record.requests[0].answered);
        CHECK(record.requests[0].verdict.status == 400);
    }
}

TEST_CASE("of a version of HTTP that nobody knows nginx says so")
{
    const std::string request = "GET /a HTTP/9.9\r\nHost: x\r\n\r\n";
    Stand nginx{open_to_all("nginx")};
    Stand strict{open_to_all("strict")};

    CHECK(nginx.ask({.request = request}).response.starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\n"));
    CHECK(strict.ask({.request = request}).status() == 400);
    CHECK(nginx.ask({.request = "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"}).status() == 400);
}

TEST_CASE("under IIS it is http.sys that refuses what is no HTTP, and the log of IIS knows nothing of it")
{
    Stand stand{iis};

    const auto answer = stand.ask({.request = "\x80\x81 junk"});

    CHECK(answer.status() == 400);
    CHECK(answer.response.find("Server: Microsoft-HTTPAPI/2.0\r\n") != std::string::npos);
    const auto record = stand.ears().connection(1);
    REQUIRE(record.requests.size() == 1);
    CHECK(record.requests[0].request.method.empty());
    CHECK(stand.ask({}).status() == 200);
    (void)stand.ears().connection(2);
    REQUIRE(stand.ears().log().size() == 2); // its header, and the second request
    CHECK(stand.ears().log().back().find(" 200 0 0 ") != std::string::npos);
}

TEST_CASE("what follows a good request may be bad, and too long is another answer")
{
    Stand stand{open_to_all("strict")};

    const auto answer = stand.ask({.request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n" + odd_header});
    CHECK(stand.ask({.request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"}).status() == 413);

    CHECK(answer.response.find("HTTP/1.1 400 Bad Request\r\n") != std::string::npos);
    const auto record = stand.ears().connection(1);
    REQUIRE(record.requests.size() == 2);
    CHECK(record.requests[0].verdict.status == 200);
    CHECK(record.requests[1].verdict.status == 400);
    CHECK(record.decision == "400");
}

TEST_CASE("a request that a late alert answers is in the record, without a status")
{
    Stand stand{apache};
    const std::string request = "GET /private?x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    struct Row {
        int version;
        const char* who;
        std::string decision;
        std::string rule;
    };

    const Row rows[] = {
        {TLS1_3_VERSION, nullptr, "alert certificate_required", "peer did not return a certificate"},
        {TLS1_2_VERSION, nullptr, "alert handshake_failure", "peer did not return a certificate"},
        {TLS1_3_VERSION, "mallory", "alert unknown_ca", "unable to get local issuer certificate"},
        {TLS1_2_VERSION, "mallory", "alert unknown_ca", "unable to get local issuer certificate"},
    };
    std::size_t count = 0;
    for (const Row& row : rows) {
        CAPTURE(row.decision);
        const auto answer = stand.ask({.version = row.version,
                                       .present = row.who == nullptr ? nullptr : issued(row.who),
                                       .offer_post_handshake = true,
                                       .request = request});

        CHECK(answer.alert.has_value());
        const auto record = stand.ears().connection(++count);
        CHECK(record.decision == row.decision);
        CHECK(record.rule == row.rule);
        REQUIRE(record.requests.size() == 1);
        CHECK(record.requests[0].request.method == "GET");
        CHECK(record.requests[0].request.path == "/private");
        CHECK_FALSE(record.requests[0].answered);
        CHECK(record.requests[0].verdict.rule == row.rule);
    }
}

TEST_CASE("the decision is the last request's, not that of one before it")
{
    Stand stand{apache};

    (void)stand.ask({.version = TLS1_3_VERSION,
                     .offer_post_handshake = true,
                     .request = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /private HTTP/1.1\r\nHost: x\r\n\r\n"});

    const auto record = stand.ears().connection(1);
    REQUIRE(record.requests.size() == 2);
    CHECK(record.requests[0].verdict.status == 200);
    CHECK_FALSE(record.requests[1].answered);
    CHECK(record.decision == "alert certificate_required");
}

TEST_CASE("what a connection waited for when it ended is told in words of its own")
{
    std::set<std::string> all;
    for (const Awaited what : {Awaited::handshake, Awaited::request, Awaited::rest}) {
        for (const EndedBy who : {EndedBy::client, EndedBy::deadline, EndedBy::harness}) {
            all.emplace(end_without_decision(who, what));
        }
    }

    CHECK(all.size() == 9);
    CHECK(end_without_decision(EndedBy::client, Awaited::rest) ==
          std::string{"the client left before its request was answered"});
}

TEST_CASE("an answer is called what the log of its server would call it")
{
    using mtls::scenario::Personality;
    const Verdict refused{.status = 403, .substatus = 16, .win32 = 0x800b0109, .rule = "", .close = false};
    const Verdict unread{.status = 400, .substatus = 0, .win32 = 0, .rule = "", .close = true, .unread = true};

    CHECK(decision_name(Personality::iis, {}, refused) == "403.16");
    CHECK(decision_name(Personality::iis, {HttpHost::Kind::self_hosted}, refused) == "403 native error code 0x109");
    CHECK(decision_name(Personality::iis, {}, unread) == "400");
    CHECK(decision_name(Personality::iis, {}, {}) == "200");
    CHECK(decision_name(Personality::apache, {}, refused) == "403");
}
