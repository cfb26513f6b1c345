#include "probe/wire/alert.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace mtls::wire;

TEST_CASE("an alert is exactly two bytes")
{
    const std::vector<std::uint8_t> bytes{2, 48, 0};

    const auto alert = parse_alert(Bytes{bytes}.first(2));

    REQUIRE(alert);
    CHECK(alert->level == AlertLevel::fatal);
    CHECK(alert->description == AlertDescription::unknown_ca);
    CHECK_FALSE(parse_alert(Bytes{}));
    CHECK_FALSE(parse_alert(Bytes{bytes}.first(1)));
    CHECK_FALSE(parse_alert(Bytes{bytes}));
}

TEST_CASE("an alert with codes that no registry knows is kept")
{
    const std::vector<std::uint8_t> bytes{7, 200};

    const auto alert = parse_alert(bytes);

    REQUIRE(alert);
    CHECK(static_cast<int>(alert->level) == 7);
    CHECK(name(alert->description) == "0xc8");
}

TEST_CASE("up to TLS 1.2 the level says whether an alert is fatal")
{
    const Alert warned{AlertLevel::warning, AlertDescription::no_renegotiation};
    const Alert failed{AlertLevel::fatal, AlertDescription::handshake_failure};

    CHECK_FALSE(is_fatal(warned, ProtocolVersion::tls12));
    CHECK(is_fatal(failed, ProtocolVersion::tls10));
}

TEST_CASE("in TLS 1.3 only close_notify and user_canceled are not fatal, whatever their level")
{
    for (const auto level : {AlertLevel::warning, AlertLevel::fatal}) {
        CAPTURE(static_cast<int>(level));
        CHECK_FALSE(is_fatal({level, AlertDescription::close_notify}, ProtocolVersion::tls13));
        CHECK_FALSE(is_fatal({level, AlertDescription::user_canceled}, ProtocolVersion::tls13));
        CHECK(is_fatal({level, AlertDescription::certificate_required}, ProtocolVersion::tls13));
    }
}
