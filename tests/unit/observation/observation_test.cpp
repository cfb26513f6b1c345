#include "probe/observation/observation.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/observations.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Stage;

TEST_CASE("a request keeps its bytes, its place and its names in order")
{
    const Names names = dns({"CN=First,O=Example", "CN=Second", ""});

    const auto seen =
        observation::read_request(Stage::renegotiation, wire::HandshakeType::server_key_exchange, tls12, body12(names));

    CHECK(seen.stage == Stage::renegotiation);
    CHECK(seen.after == wire::HandshakeType::server_key_exchange);
    CHECK(seen.raw == body12(names));
    CHECK_FALSE(seen.request.error);
    REQUIRE(seen.authorities.size() == 3);
    for (std::size_t at = 0; at < names.size(); ++at) {
        CAPTURE(at);
        CHECK(seen.authorities[at].name == names[at]);
        CHECK(seen.authorities[at].is_name);
        CHECK_FALSE(seen.authorities[at].error);
    }
}

TEST_CASE("an absent list leaves no authorities")
{
    const auto seen = observation::read_request(Stage::handshake, std::nullopt, tls13, body13({}));

    CHECK_FALSE(seen.request.certificate_authorities);
    CHECK(seen.authorities.empty());
    CHECK_FALSE(seen.after);
}

TEST_CASE("an entry that is not one DER Name is told from a name with odd contents")
{
    struct Row {
        const char* what;
        x509::Der der;
        bool is_name;
        bool has_error;
    };

    const Row rows[] = {
        {"good", dn("CN=ok").der(), true, false},
        {"zero length", {}, false, true},
        {"garbage", {0xde, 0xad}, false, true},
        {"trailing byte", {0x30, 0x00, 0x00}, false, true},
        {"empty name", {0x30, 0x00}, true, false},
        {"bad UTF-8 in a UTF8String",
         {0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 0xff},
         true,
         true},
        {"OCTET STRING as value",
         {0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x04, 0x01, 0x41},
         true,
         true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Names names{dn("CN=before"), x509::Name{row.der}, dn("CN=after")};

        const auto seen = observation::read_request(Stage::handshake, std::nullopt, tls12, body12(names));

        REQUIRE(seen.authorities.size() == 3);
        CHECK(seen.authorities[1].name.der() == row.der);
        CHECK(seen.authorities[1].is_name == row.is_name);
        CHECK(seen.authorities[1].error.has_value() == row.has_error);
        CHECK(seen.authorities[2].name == names[2]);
    }
}

TEST_CASE("in the handshake a request of TLS 1.3 has no context")
{
    auto body = body13({dn("CN=ok")});
    body[0] = 1;
    body.insert(body.begin() + 1, 0x2a);
    const std::vector<std::uint8_t> cut{9, 0x2a};

    const auto early = observation::read_request(Stage::handshake, std::nullopt, tls13, body);
    const auto late = observation::read_request(Stage::post_handshake, std::nullopt, tls13, body);
    const auto broken = observation::read_request(Stage::handshake, std::nullopt, tls13, cut);

    CHECK(early.request.error == wire::ParseError{wire::Reason::bad_value, "certificate_request_context", 0});
    CHECK_FALSE(early.request.framing_broken);
    CHECK(early.authorities.size() == 1);
    CHECK_FALSE(late.request.error);
    REQUIRE(broken.request.error);
    CHECK(broken.request.error->reason == wire::Reason::truncated);
}

TEST_CASE("enumerators are spelled as in the report's schema")
{
    CHECK(std::string{to_string(observation::Outcome::not_tls)} == "not_tls");
    CHECK(std::string{to_string(observation::Outcome::protocol_error)} == "protocol_error");
    CHECK(std::string{to_string(observation::Phase::after_handshake)} == "after_handshake");
    CHECK(std::string{to_string(Stage::post_handshake)} == "post_handshake");
    CHECK(std::string{to_string(observation::Purpose::candidate)} == "candidate");
    CHECK(std::string{to_string(observation::Direction::sent)} == "sent");
    CHECK(std::string{to_string(observation::Side::server)} == "server");
}
