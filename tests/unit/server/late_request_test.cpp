#include <doctest/doctest.h>

#include "stand.hpp"

using mtls::server::Stage;
using stand::apache;
using stand::issued;
using stand::Stand;
using stand::subjects;
using Lists = std::vector<std::vector<mtls::x509::Der>>;

namespace {

std::string iis(const std::string& more)
{
    return R"(
personality = "iis"
[iis]
registry = { SendTrustedIssuerList = 1, ClientAuthTrustMode = 2 }
)" + more + R"(
[iis.stores]
Root = ["root"]
CTL = ["intermediate"]
[iis.access]
"/" = "none"
"/private" = "require"
[[iis.binding]]
ipport = "0.0.0.0"
ctl_store_name = "CTL"
negotiate = false
)";
}

const std::string private_request = "GET /private HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

} // namespace

TEST_CASE("a late request in TLS 1.2 is a renegotiation after the request")
{
    Stand stand{iis("")};

    const auto answer = stand.ask({.present = issued("alice"), .request = private_request});

    CHECK(answer.lists == Lists{subjects({"intermediate"})});
    CHECK(answer.status() == 200);
    const auto record = stand.ears().connection(1);
    CHECK(record.asked == std::vector{Stage::renegotiation});
    CHECK(record.presented.size() == 2);
}

TEST_CASE("a late request without a certificate to answer it is 403.7")
{
    Stand stand{iis("")};

    CHECK(stand.ask({.request = private_request}).status() == 403);
    CHECK(stand.ears().connection(1).decision == "403.7");
}

TEST_CASE("a path that needs no certificate is served without asking")
{
    Stand stand{iis("")};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto answer = stand.ask({.version = version});

        CHECK(answer.lists.empty());
        CHECK(answer.status() == 200);
    }
}

TEST_CASE("two requests on one connection are asked for a certificate once")
{
    Stand stand{iis("")};
    const std::string twice = "GET /private HTTP/1.1\r\nHost: x\r\n\r\n" + private_request;

    const auto answer = stand.ask({.present = issued("alice"), .request = twice});

    CHECK(answer.lists.size() == 1);
    const auto record = stand.ears().connection(1);
    REQUIRE(record.requests.size() == 2);
    CHECK(record.requests[0].verdict.status == 200);
    CHECK(record.requests[1].verdict.status == 200);
}

TEST_CASE("a body over uploadReadAheadSize makes a late request a 413, announced or in chunks, in every version of TLS")
{
    Stand stand{iis("upload_read_ahead_size = 10\nlate_tls13 = 'post_handshake'")};
    const std::string head = "POST /private HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";

    struct Row {
        std::string request;
        int status;
    };

    const std::vector<Row> rows{
        {head + "Content-Length: 11\r\n\r\n12345678901", 413},
        {head + "Content-Length: 10\r\n\r\n1234567890", 200},
        {chunked + "b\r\n12345678901\r\n0\r\n\r\n", 413},
        {chunked + "6\r\n123456\r\n5\r\n78901\r\n0\r\n\r\n", 413},
        {chunked + "6\r\n123456\r\n5\r\n78901\r\n", 413}, // its end does not matter
        {chunked + "6\r\n123456\r\n4\r\n7890\r\n0\r\n\r\n", 200},
        {chunked + "0\r\n\r\n", 200},
    };

    std::size_t count = 0;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const Row& row : rows) {
            CAPTURE(version);
            CAPTURE(row.request);
            const auto answer = stand.ask(
                {.version = version, .present = issued("alice"), .offer_post_handshake = true, .request = row.request});

            CHECK(answer.status() == row.status);
            CHECK(answer.lists.size() == (row.status == 200 ? 1 : 0));
            const auto record = stand.ears().connection(++count);
            REQUIRE(record.requests.size() == 1);
            CHECK(record.requests[0].verdict.status == row.status);
        }
    }
}

TEST_CASE("a client that waits for 100 Continue is told once, before its chunks are read ahead")
{
    Stand stand{iis("upload_read_ahead_size = 10")};

    const auto answer =
        stand.ask({.present = issued("alice"),
                   .request = "POST /private HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\n0\r\n\r\n"});

    const std::string told = "HTTP/1.1 100 Continue\r\n\r\n";
    CHECK(answer.response.starts_with(told + "HTTP/1.1 200 OK\r\n"));
    CHECK(stand.ears().connection(1).decision == "200");
}

TEST_CASE("a late request in TLS 1.3 ends as the version of Windows ends it")
{
    const client::Question question{.version = TLS1_3_VERSION, .present = issued("alice"), .request = private_request};
    Stand server_2022{iis("windows = '2022'")};
    Stand server_2025{iis("windows = '2025'")};

    const auto reset = server_2022.ask(question);
    CHECK(reset.handshake_completed);
    CHECK(reset.reset);
    CHECK(reset.response.empty());
    CHECK(server_2022.ears().connection(1).decision == "reset");

    CHECK(server_2025.ask(question).status() == 500);
    CHECK(server_2025.ears().log().back().find(" 500 0 2147942450 ") != std::string::npos);
}

TEST_CASE("post-handshake authentication happens only if it is configured and offered")
{
    client::Question question{.version = TLS1_3_VERSION, .present = issued("alice"), .request = private_request};
    Stand stand{iis("windows = '2025'\nlate_tls13 = 'post_handshake'")};

    CHECK(stand.ask(question).status() == 500);

    question.offer_post_handshake = true;
    const auto answer = stand.ask(question);
    CHECK(answer.lists == Lists{subjects({"intermediate"})});
    CHECK(answer.status() == 200);
    CHECK(stand.ears().connection(2).asked == std::vector{Stage::post_handshake});
    CHECK(stand.ears().connection(2).presented.size() == 2);
}

TEST_CASE("apache asks per path, by renegotiation or post-handshake authentication")
{
    Stand stand{apache};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        client::Question question{.version = version, .present = issued("alice"), .offer_post_handshake = true};

        CHECK(stand.ask(question).lists.empty());

        question.request = private_request;
        const auto answer = stand.ask(question);
        CHECK(answer.lists == Lists{subjects({"root"})});
        CHECK(answer.status() == 200);

        question.present = issued("mallory");
        const auto refused = stand.ask(question);
        CHECK(refused.alert == SSL_AD_UNKNOWN_CA);
        CHECK(refused.status() == 0);
    }
}

TEST_CASE("apache answers 403 if post-handshake authentication is not offered")
{
    Stand stand{apache};

    const auto answer = stand.ask({.version = TLS1_3_VERSION, .present = issued("alice"), .request = private_request});

    CHECK(answer.lists.empty());
    CHECK(answer.status() == 403);
}
