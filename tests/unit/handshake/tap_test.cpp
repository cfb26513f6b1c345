#include "probe/handshake/tap.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

using mtls::handshake::Tap;
using mtls::observation::Direction;
using mtls::observation::Observation;
using mtls::observation::Phase;
using mtls::observation::Side;
using mtls::observation::Stage;
using mtls::wire::AlertDescription;
using mtls::wire::HandshakeType;
using enum mtls::wire::ProtocolVersion;

namespace {

// RFC 5246 §7.4.4: one certificate type, one algorithm, no authorities.
const std::vector<std::uint8_t> request12{13, 0, 0, 8, 1, 1, 0, 2, 4, 1, 0, 0};
// RFC 8446 §4.3.2: no context, signature_algorithms with one scheme.
const std::vector<std::uint8_t> request13{13, 0, 0, 11, 0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3};

struct Listening {
    Observation seen;
    Tap tap{seen, std::chrono::steady_clock::now()};

    void hear(Side side, HandshakeType type)
    {
        const std::array<std::uint8_t, 4> bytes{static_cast<std::uint8_t>(type), 0, 0, 0};
        tap.message(side, tls12, bytes);
    }

    void alert(Direction direction, mtls::wire::ProtocolVersion version, std::uint8_t level, std::uint8_t code)
    {
        const std::array<std::uint8_t, 2> bytes{level, code};
        tap.alert(direction, version, bytes);
    }
};

} // namespace

TEST_CASE("a request in the first handshake says which message it followed")
{
    Listening one;
    one.hear(Side::client, HandshakeType::client_hello);
    one.hear(Side::server, HandshakeType::server_hello);
    one.hear(Side::server, HandshakeType::server_key_exchange);

    one.tap.message(Side::server, tls12, request12);

    REQUIRE(one.seen.certificate_requests.size() == 1);
    CHECK(one.seen.certificate_requests[0].stage == Stage::handshake);
    CHECK(one.seen.certificate_requests[0].after == HandshakeType::server_key_exchange);
    CHECK(one.seen.certificate_requests[0].raw.size() == 8);
    CHECK(one.seen.messages.back().bytes == 12);
}

TEST_CASE("a request after the handshake is a renegotiation before TLS 1.3, and post-handshake authentication in it")
{
    Listening one;
    one.tap.handshake_completed();

    one.tap.message(Side::server, tls12, request12);
    one.tap.message(Side::server, tls13, request13);

    REQUIRE(one.seen.certificate_requests.size() == 2);
    CHECK(one.seen.certificate_requests[0].stage == Stage::renegotiation);
    CHECK(one.seen.certificate_requests[1].stage == Stage::post_handshake);
    CHECK(one.seen.certificate_requests[1].request.signature_algorithms.has_value());
}

TEST_CASE("an empty Certificate of ours is none, one with an entry is sent")
{
    const std::array<std::uint8_t, 7> empty12{11, 0, 0, 3, 0, 0, 0};
    const std::array<std::uint8_t, 8> empty13{11, 0, 0, 4, 0, 0, 0, 0};
    const std::array<std::uint8_t, 11> one12{11, 0, 0, 7, 0, 0, 4, 0, 0, 1, 0x30};
    const std::array<std::uint8_t, 14> one13{11, 0, 0, 10, 0, 0, 0, 6, 0, 0, 1, 0x30, 0, 0};

    Listening none;
    none.tap.message(Side::client, tls12, empty12);
    none.tap.message(Side::client, tls13, empty13);
    CHECK(!none.seen.certificate_sent);

    Listening before;
    before.tap.message(Side::client, tls12, one12);
    CHECK(before.seen.certificate_sent);

    Listening after;
    after.tap.message(Side::client, tls13, one13);
    CHECK(after.seen.certificate_sent);
}

TEST_CASE("the first fatal alert is the reason, and its phase is told")
{
    Listening one;
    one.alert(Direction::received, tls12, 1, 112); // a warning: unrecognized_name
    CHECK(!one.seen.alert.has_value());
    one.tap.handshake_completed();

    one.alert(Direction::received, tls12, 2, 48);
    one.alert(Direction::sent, tls12, 2, 80);

    REQUIRE(one.seen.alert.has_value());
    CHECK(one.seen.alert->code == AlertDescription::unknown_ca);
    CHECK(one.seen.alert->direction == Direction::received);
    CHECK(one.seen.alert->phase == Phase::after_handshake);
}

TEST_CASE("in TLS 1.3 an alert counts whatever its level, but a goodbye is none")
{
    Listening one;
    one.alert(Direction::received, tls13, 1, 0);
    one.alert(Direction::received, tls13, 2, 90);
    CHECK(!one.seen.alert.has_value());

    one.alert(Direction::received, tls13, 1, 116);
    CHECK(one.seen.alert.has_value());
}

TEST_CASE("an endless handshake is noticed and not stored")
{
    Listening one;
    for (int i = 0; i < 10'000; ++i) {
        one.hear(Side::server, HandshakeType::new_session_ticket);
    }

    CHECK(one.tap.flooded());
    CHECK(one.seen.messages.size() < 1000);
}

TEST_CASE("requests without end are noticed and not stored")
{
    Listening one;
    for (int i = 0; i < 100; ++i) {
        one.tap.message(Side::server, tls12, request12);
    }

    CHECK(one.tap.flooded());
    CHECK(one.seen.certificate_requests.size() < 20);
}
