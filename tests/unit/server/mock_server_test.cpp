#include <doctest/doctest.h>

#include "certs/x509/config_error.hpp"
#include "stand.hpp"

using stand::Stand;

namespace {

constexpr auto two_listeners = R"(
personality = "strict"
[[listener]]
name = "first"
client_certificate = "optional"
trust = ["root"]
[[listener]]
name = "second"
address = "127.0.0.2"
client_certificate = "optional"
trust = ["other-root"]
http = false
)";

} // namespace

TEST_CASE("each listener of a scenario has an endpoint and a policy of its own")
{
    Stand stand{two_listeners};
    REQUIRE(stand.server().endpoints().size() == 2);
    const auto& second = stand.server().endpoint("second");
    CHECK(second.address == "127.0.0.2");

    const auto answer = client::ask({.address = second.address, .port = second.port, .request = ""});

    CHECK(answer.handshake_completed);
    CHECK(answer.lists.at(0) == stand::subjects({"other-root"}));
    CHECK(stand.ears().connection(1).listener == "second");
    CHECK(stand.ask().lists.at(0) == stand::subjects({"root"}));
    CHECK_THROWS_AS((void)stand.server().endpoint("third"), mtls::x509::ConfigError);
}

TEST_CASE("a server without HTTP says nothing, and closes when the client does")
{
    Stand stand{"personality = 'strict'\n[[listener]]\nclient_certificate = 'none'\nhttp = false\n"};

    const auto answer = stand.ask({.version = TLS1_3_VERSION, .request = ""});

    CHECK(answer.handshake_completed);
    CHECK(answer.response.empty());
    CHECK(answer.close_notify);
    CHECK(stand.ears().connection(1).decision == "accepted");
}

TEST_CASE("a port that is taken is an error that names it")
{
    const Stand stand{"personality = 'strict'\n[[listener]]\nclient_certificate = 'none'\n"};
    const auto port = stand.server().endpoints().front().port;
    const auto scenario = mtls::scenario::parse_scenario(
        "summary = 'x'\npersonality = 'strict'\n[[listener]]\nclient_certificate = 'none'\n", "t.toml");

    CHECK_THROWS_WITH_AS((mtls::server::MockServer{scenario, stand::hierarchy(), {.listen = {}, .port = port}}),
                         ("listen on 127.0.0.1 port " + std::to_string(port) + ": Address already in use").c_str(),
                         mtls::x509::ConfigError);
}

TEST_CASE("a server ends at once although clients are connected")
{
    const auto begin = std::chrono::steady_clock::now();
    {
        Stand stand{"personality = 'strict'\n[[listener]]\nclient_certificate = 'none'\nhttp = false\n"};
        for (int count = 0; count < 3; ++count) {
            CHECK(stand.ask({.request = ""}).handshake_completed);
        }
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
}

TEST_CASE("bytes that are not TLS end in an alert and a record")
{
    Stand stand{"personality = 'strict'\n[[listener]]\nclient_certificate = 'none'\n"};

    const std::string raw =
        client::say_raw("127.0.0.1", stand.server().endpoints().front().port, "GET / HTTP/1.0\r\n\r\n");

    CHECK_FALSE(raw.starts_with("HTTP"));
    const auto record = stand.ears().connection(1);
    CHECK_FALSE(record.handshake_completed);
    CHECK(record.version == std::nullopt);
}

TEST_CASE("back ends take connections in turn, and each names its own issuers")
{
    Stand stand{"personality = 'strict'\n[[listener]]\nname = 'a'\ntrust = ['root']\n"
                "[[listener]]\nname = 'b'\nback_end_of = 'a'\ntrust = ['other-root']\n"
                "[[listener]]\nname = 'c'\ntrust = ['root']\n"};

    CHECK(stand.server().endpoints().size() == 2);
    for (const char* name : {"root", "other-root", "root", "other-root"}) {
        CHECK(stand.ask().lists.at(0) == stand::subjects({name}));
    }
    CHECK(stand.ears().connection(2).listener == "b");
}
