#include "harness/raw/conversation.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include "certs/x509/config_error.hpp"
#include "client.hpp"

using namespace mtls;
using scenario::TlsVersion;

namespace {

const pki::Hierarchy& hierarchy()
{
    static const pki::Hierarchy made = [] {
        const auto extra = pki::parse_recipe("[[server]]\nname = 'rsa-server'\nkey = 'rsa-2048'\n"
                                             "[[server]]\nname = 'ec-server'\nkey = 'ec-p256'\n"
                                             "[[server]]\nname = 'ed25519-server'\nkey = 'ed25519'\n",
                                             "extra.toml");
        return pki::Hierarchy{pki::merge(pki::standard_recipe(), extra),
                              std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
    }();
    return made;
}

raw::Script script_of(const std::string& raw_tables, const std::string& server = "ec-server")
{
    const auto scenario = scenario::parse_scenario(
        "summary = 'a test'\npersonality = 'raw'\n[[listener]]\ntls = ['1.0', '1.1', '1.2', '1.3']\n" + raw_tables,
        "test.toml");
    scenario::Listener listener = scenario.listeners.front();
    listener.certificate = server;
    return raw::make_script(*scenario.raw, listener, hierarchy());
}

constexpr auto two_names = "[raw.request]\nauthorities = ['root', 'intermediate']\n";

std::vector<x509::Der> subjects(const std::vector<std::string>& names)
{
    std::vector<x509::Der> result;
    for (const std::string& name : names) {
        result.push_back(hierarchy().at(name).certificate.subject().der());
    }
    return result;
}

bool heard(const client::Answer& answer, unsigned char type)
{
    return std::ranges::find(answer.messages, type) != answer.messages.end();
}

} // namespace

TEST_CASE("a client of any version, and either kind of key, goes on to its certificate")
{
    for (const char* server : {"rsa-server", "ec-server"}) {
        const raw::Script script = script_of(two_names, server);
        for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
            CAPTURE(server);
            CAPTURE(version);
            raw::Conversation conversation{script};

            const auto answer = client::talk(conversation, {.version = version, .present = &hierarchy().at("alice")});

            const raw::Seen& seen = conversation.seen();
            CHECK(answer.reason == 0);
            CHECK(answer.list == subjects({"root", "intermediate"}));
            CHECK(answer.completed == (version == TLS1_3_VERSION));
            CHECK(seen.completed == (version == TLS1_3_VERSION));
            CHECK(seen.version == static_cast<TlsVersion>(version - TLS1_VERSION));
            CHECK(seen.sni == "raw.test");
            CHECK(seen.asked);
            CHECK(seen.over);
            REQUIRE(seen.presented.size() == 1);
            CHECK(seen.presented.front() == hierarchy().at("alice").certificate);
        }
    }
}

TEST_CASE("a client without an X25519 share is asked for one, and one that has no X25519 is refused")
{
    const raw::Script script = script_of(two_names);
    raw::Conversation retried{script};
    raw::Conversation refused{script};

    const auto answer = client::talk(retried, {.version = TLS1_3_VERSION, .groups = "P-256:X25519"});
    const auto refusal = client::talk(refused, {.version = TLS1_3_VERSION, .groups = "P-256"});

    CHECK(answer.completed);
    CHECK(std::ranges::count(answer.messages, SSL3_MT_SERVER_HELLO) == 2);
    CHECK(retried.seen().completed);
    CHECK(retried.seen().presented.empty());
    CHECK(retried.seen().answered);
    CHECK(refusal.alert_received == SSL_AD_HANDSHAKE_FAILURE);
}

TEST_CASE("fragments of one byte are joined by any client")
{
    const raw::Script script = script_of("[raw]\nfragment = 1\n" + std::string{two_names});
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        raw::Conversation conversation{script};

        const auto answer = client::talk(conversation, {.version = version});

        CHECK(answer.list == subjects({"root", "intermediate"}));
        CHECK(conversation.seen().answered);
    }
}

TEST_CASE("a stall comes where the script says, and nothing after it")
{
    struct Row {
        const char* stall;
        int version;
        bool server_hello;
        bool request;
    };

    const Row rows[] = {
        {"before_server_hello", TLS1_2_VERSION, false, false},
        {"after_server_hello", TLS1_2_VERSION, true, false},
        {"within_certificate_request", TLS1_2_VERSION, true, false},
        {"after_server_hello_done", TLS1_2_VERSION, true, true},
        {"before_server_hello", TLS1_3_VERSION, false, false},
        {"after_server_hello", TLS1_3_VERSION, true, false},
        {"within_certificate_request", TLS1_3_VERSION, true, false},
        {"after_server_hello_done", TLS1_3_VERSION, true, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.stall);
        CAPTURE(row.version);
        const raw::Script script = script_of("[raw]\nstall = '" + std::string{row.stall} + "'\n" + two_names);
        raw::Conversation conversation{script};

        const auto answer = client::talk(conversation, {.version = row.version});

        CHECK(heard(answer, SSL3_MT_SERVER_HELLO) == row.server_hello);
        CHECK(heard(answer, SSL3_MT_CERTIFICATE_REQUEST) == row.request);
        CHECK(conversation.seen().asked == row.request);
        CHECK(answer.reason == 0);
        CHECK_FALSE(answer.alert_received);
        CHECK(conversation.silent());
        CHECK_FALSE(conversation.seen().over);
    }
}

TEST_CASE("a request that is never whole has asked nobody")
{
    using scenario::Fault;
    using scenario::Point;
    for (const auto& breakdown :
         {scenario::Breakdown{.at = Point::within_certificate_request, .fault = Fault::close},
          scenario::Breakdown{.at = Point::within_certificate_request, .fault = Fault::giant_message},
          scenario::Breakdown{.at = Point::after_certificate_request, .fault = Fault::close}}) {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            raw::Script script = script_of(two_names);
            script.breakdown = breakdown;
            raw::Conversation conversation{script};
            (void)client::talk(conversation, {.version = version});

            CHECK(conversation.seen().asked == (breakdown.at == Point::after_certificate_request));
            CHECK(conversation.request_end().has_value() == conversation.seen().asked);
        }
    }
    const raw::Script giant = script_of(std::string{two_names} + "malformation = 'giant_length'\n");
    raw::Conversation conversation{giant};
    (void)client::talk(conversation, {.version = TLS1_2_VERSION});
    CHECK_FALSE(conversation.seen().asked);
}

TEST_CASE("what a client thinks of a malformed request is heard in either version")
{
    const raw::Script script = script_of(std::string{two_names} + "malformation = 'list_too_long'\n");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        raw::Conversation conversation{script};

        const auto answer = client::talk(conversation, {.version = version});

        CHECK(answer.alert_sent == SSL_AD_DECODE_ERROR);
        CHECK(conversation.seen().alert_received == SSL_AD_DECODE_ERROR);
        CHECK(conversation.seen().over);
    }
}

TEST_CASE("messages without end are said only when the script wants them")
{
    const raw::Script endless = script_of("[raw]\nendless = true\n" + std::string{two_names});
    const raw::Script normal = script_of(two_names);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        raw::Conversation conversation{endless};
        raw::Conversation other{normal};

        (void)client::talk(conversation, {.version = version});
        (void)client::talk(other, {.version = version});

        CHECK(conversation.more().size() > 1000);
        CHECK(conversation.more().size() > 1000);
        CHECK(other.more().empty());
    }
}

TEST_CASE("a server that goes wrong in HTTP lets the client in first")
{
    raw::Script script = script_of(two_names);
    script.breakdown = {.at = scenario::Point::within_http_head, .fault = scenario::Fault::close};
    for (const char* server : {"rsa-server", "ec-server"}) {
        script.server = &hierarchy().at(server);
        script.signature = raw::signature_kind(script.server->key);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            CAPTURE(version);
            raw::Conversation conversation{script};

            const auto answer = client::talk(
                conversation,
                {.version = version, .present = &hierarchy().at("alice"), .say = "GET / HTTP/1.1\r\n\r\n"});

            CHECK(answer.completed);
            CHECK(answer.reason == 0);
            CHECK(answer.heard == "HTTP/1.1 200 OK\r\nServer: raw\r\n");
            CHECK(conversation.seen().completed);
            CHECK(conversation.seen().over);
        }
    }
}

TEST_CASE("each fault says its own at its point, and silence, an end or more of it follows")
{
    using scenario::Fault;

    struct Row {
        Fault fault;
        bool says;
        bool endless;
        bool over;
    };

    const Row rows[] = {
        {Fault::stall, false, false, false},
        {Fault::close, false, false, true},
        {Fault::reset, false, false, true},
        {Fault::garbage, true, false, false},
        {Fault::endless_messages, false, true, false},
        {Fault::giant_message, true, true, false},
        {Fault::empty_records, true, false, false},
        {Fault::hello_requests, false, true, false},
        {Fault::warnings, false, true, false},
        {Fault::certificate_requests, false, true, false},
        {Fault::slow, false, false, false},
        {Fault::compressed_certificate, true, false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(static_cast<int>(row.fault));
        raw::Script script = script_of(two_names);
        script.breakdown = {.at = scenario::Point::before_tls, .fault = row.fault};
        raw::Conversation conversation{script};

        CHECK(conversation.take_output().empty() == !row.says);
        const std::size_t more = conversation.more().size() + conversation.more().size();
        CHECK((more > 30000) == row.endless);
        CHECK((more == 0) == !row.endless);
        CHECK(conversation.seen().over == row.over);
        CHECK(conversation.resets() == (row.fault == Fault::reset));
        CHECK(conversation.slow_after().has_value() == (row.fault == Fault::slow));
    }
}

TEST_CASE("a fatal alert ends what has no end, and a warning is only noted")
{
    using scenario::Fault;
    for (const Fault fault : {Fault::giant_message, Fault::warnings, Fault::hello_requests}) {
        raw::Script script = script_of(two_names);
        script.breakdown = {.at = scenario::Point::before_tls, .fault = fault};
        raw::Conversation conversation{script};
        CHECK_FALSE(conversation.more().empty());

        conversation.hear(raw::Buffer{21, 3, 3, 0, 2, 1, SSL_AD_NO_RENEGOTIATION});
        CHECK(conversation.seen().alert_received == SSL_AD_NO_RENEGOTIATION);
        CHECK_FALSE(conversation.seen().over);
        CHECK_FALSE(conversation.more().empty());

        conversation.hear(raw::Buffer{21, 3, 3, 0, 2, 2, SSL_AD_UNEXPECTED_MESSAGE});
        conversation.hear(raw::Buffer{21, 3, 3, 0, 2, 1, SSL_AD_CLOSE_NOTIFY});
        CHECK(conversation.seen().alert_received == SSL_AD_UNEXPECTED_MESSAGE);
        CHECK(conversation.seen().over);
        CHECK(conversation.more().empty());
    }
}

TEST_CASE("a server that has fallen silent refuses nothing, whatever it hears")
{
    const raw::Script script = script_of("[raw]\nstall = 'before_tls'\n" + std::string{two_names});
    raw::Conversation conversation{script};

    conversation.hear(raw::Buffer{23, 3, 3, 0, 1, 0}); // no handshake, which another server would refuse

    CHECK_FALSE(conversation.seen().alert_sent);
}

TEST_CASE("a banner comes first, and other words take the place of TLS")
{
    raw::Script script = script_of("[raw]\nbanner = '220 ready'\n");
    script.raw.instead = "no"; // beside which script_of() may not name versions
    raw::Conversation conversation{script};

    const auto banner = conversation.take_output();
    conversation.hear(raw::bytes_of("EHLO"));

    CHECK(banner == raw::Buffer{'2', '2', '0', ' ', 'r', 'e', 'a', 'd', 'y'});
    CHECK(conversation.take_output() == raw::Buffer{'n', 'o'});
    CHECK(conversation.seen().over);
}

TEST_CASE("a client that speaks no TLS, or no version that is served, is told so")
{
    const raw::Script script = script_of(two_names);
    raw::Script only13 = script;
    only13.versions = {TlsVersion::tls13};
    raw::Conversation http{script};
    raw::Conversation old{only13};

    http.hear(raw::bytes_of("GET / HTTP/1.1\r\n\r\n"));
    const auto answer = client::talk(old, {.version = TLS1_2_VERSION});

    CHECK(http.seen().over);
    CHECK(http.take_output().empty());
    CHECK(answer.alert_received == SSL_AD_PROTOCOL_VERSION);
    CHECK_FALSE(old.seen().asked);
}

TEST_CASE("a key that cannot sign here is an error before anybody connects")
{
    CHECK_THROWS_AS((void)script_of(two_names, "ed25519-server"), x509::ConfigError);
}
