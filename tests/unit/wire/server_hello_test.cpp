#include "probe/wire/server_hello.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace mtls::wire;

namespace {

using Buffer = std::vector<std::uint8_t>;

} // namespace

TEST_CASE("the extensions before a break in the framing are kept")
{
    const Buffer whole{0, 9, 0, 16, 0, 0, 0, 11, 0, 1, 7};
    const Buffer broken{0, 5, 0, 16, 0, 0, 0}; // half of a type

    const auto all = parse_encrypted_extensions(whole);
    REQUIRE(all.size() == 2);
    CHECK(all.at(1).data == Buffer{7});
    const auto kept = parse_encrypted_extensions(broken);
    REQUIRE(kept.size() == 1);
    CHECK(kept.front() == all.front());
}

TEST_CASE("only the named curve of an ECDHE ServerKeyExchange is read")
{
    CHECK(named_curve_of(Buffer{3, 0, 23, 65, 4}) == NamedGroup::secp256r1);
    CHECK_FALSE(named_curve_of(Buffer{1, 0, 23}));
    CHECK_FALSE(named_curve_of(Buffer{3, 0}));
    CHECK_FALSE(named_curve_of(Buffer{}));
}
