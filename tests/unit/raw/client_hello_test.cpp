#include "harness/raw/client_hello.hpp"

#include <doctest/doctest.h>

using namespace mtls::raw;

namespace {

Buffer extension(std::size_t type, Bytes data)
{
    return joined({number(2, type), vector(2, data)});
}

Buffer hello_with(Bytes extensions)
{
    return joined({number(2, 0x0303), Buffer(32, 7), vector(1, Buffer{9}), vector(2, number(4, 0x130100ff)),
                   vector(1, number(1, 0)), extensions});
}

} // namespace

TEST_CASE("a ClientHello is read as far as the scripts need it")
{
    const Buffer name = joined({number(1, 0), vector(2, bytes_of("a.test"))});
    const Buffer shares =
        joined({number(2, 0x0017), vector(2, Buffer(3)), number(2, 0x001d), vector(2, Buffer(32, 5))});
    const Buffer extensions = joined({extension(0, vector(2, name)), extension(43, vector(1, number(4, 0x03040303))),
                                      extension(10, vector(2, number(2, 0x001d))), extension(51, vector(2, shares))});

    const auto hello = parse_client_hello(hello_with(vector(2, extensions)));

    REQUIRE(hello);
    CHECK(hello->random == Buffer(32, 7));
    CHECK(hello->session_id == Buffer{9});
    CHECK(hello->offers_cipher(0x1301));
    CHECK_FALSE(hello->offers_cipher(0x1302));
    CHECK(hello->offers_version(0x0304));
    CHECK_FALSE(hello->offers_version(0x0302));
    CHECK(hello->offers_group(0x001d));
    CHECK(hello->x25519_share == Buffer(32, 5));
    CHECK(hello->sni == "a.test");
    CHECK(hello->secure_renegotiation); // by the cipher suite
}

TEST_CASE("an old ClientHello offers every version up to its own")
{
    const auto hello = parse_client_hello(hello_with({}));

    REQUIRE(hello);
    CHECK(hello->versions == std::vector<std::uint16_t>{0x0301, 0x0302, 0x0303});
    CHECK_FALSE(hello->sni);
    CHECK_FALSE(hello->x25519_share);
}

TEST_CASE("no proper prefix of a ClientHello is one, but for the one without extensions")
{
    const Buffer body = hello_with(vector(2, extension(10, vector(2, number(2, 0x001d)))));
    const std::size_t without_extensions = hello_with({}).size();
    for (std::size_t length = 0; length < body.size(); ++length) {
        CAPTURE(length);
        CHECK(parse_client_hello(Bytes{body}.first(length)).has_value() == (length == without_extensions));
    }
}
