#include <doctest/doctest.h>

#include "stand.hpp"

namespace {

constexpr auto bindings = R"(
summary = "a test"
personality = "iis"
[iis.access]
"/" = "none"
[[iis.binding]]
ipport = "0.0.0.0"
[[iis.binding]]
hostnameport = "www.example.test"
[[iis.binding]]
ipport = "127.0.0.2"
[[iis.binding]]
ipport = "::"
)";

} // namespace

TEST_CASE("on a wildcard address the binding is that of the address that the client reached")
{
    struct Row {
        const char* listen;
        std::string address;
        std::optional<std::string> sni;
        std::string site;
    };

    const std::vector<Row> rows{
        {"0.0.0.0", "127.0.0.2", std::nullopt, "ipport=127.0.0.2:"},
        {"0.0.0.0", "127.0.0.2", "www.example.test", "ipport=127.0.0.2:"},
        {"0.0.0.0", "127.0.0.3", "www.example.test", "hostnameport=www.example.test:"},
        {"0.0.0.0", "127.0.0.3", std::nullopt, "ipport=0.0.0.0:"},
        {"::", "127.0.0.2", "www.example.test", "ipport=127.0.0.2:"},
        {"::", "127.0.0.3", std::nullopt, "ipport=0.0.0.0:"},
    };

    for (const Row& row : rows) {
        CAPTURE(row.site);
        CAPTURE(row.address);
        stand::Ears ears;
        const mtls::server::MockServer server{mtls::scenario::parse_scenario(bindings, "test.toml"),
                                              stand::hierarchy(),
                                              {.listen = row.listen},
                                              ears.events()};
        const auto port = server.endpoints().front().port;

        const auto answer = client::ask({.address = row.address, .port = port, .sni = row.sni});

        CHECK(answer.status() == 200);
        CHECK(ears.connection(1).site == row.site + std::to_string(port));
    }
}

TEST_CASE("a binding for [::] alone resets an IPv4 client")
{
    stand::Stand stand{"personality = 'iis'\n[[iis.binding]]\nipport = '::'\n"};

    const auto answer = stand.ask({.sni = "www.example.test"});

    CHECK_FALSE(answer.handshake_completed);
    CHECK(answer.reset);
    CHECK(stand.ears().connection(1).decision == "reset");
}
