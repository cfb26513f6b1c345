#include "probe/wire/reader.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "probe/wire/registries.hpp"

using namespace mtls::wire;

namespace {

constexpr Field tiny{"tiny", 0, 0xff};
constexpr Field pairs{"pairs", 2, 0xfffe};
constexpr Field wide{"wide", 1, 0xffffff};

using Buffer = std::vector<std::uint8_t>;

} // namespace

TEST_CASE("a number is read in network order")
{
    const Buffer bytes{0x03, 0x04, 0xff};
    Reader in{bytes};
    ProtocolVersion version{};
    std::uint8_t last = 0;

    CHECK(in.number("version", version));
    CHECK(version == ProtocolVersion::tls13);
    CHECK(in.offset() == 2);
    CHECK(in.number("last", last));
    CHECK(last == 0xff);
    CHECK(in.finish("everything"));
    CHECK_FALSE(in.error());
}

TEST_CASE("a number that is cut leaves the value alone and names the field and where it begins")
{
    const Buffer bytes{0x03};
    Reader in{bytes, 7};
    std::uint16_t value = 9;

    CHECK_FALSE(in.number("version", value));

    CHECK(value == 9);
    CHECK(in.empty());
    CHECK(in.error() == ParseError{Reason::truncated, "version", 7});
}

TEST_CASE("the upper bound of a vector fixes the width of its length")
{
    const Buffer bytes{1, 0xaa, 0, 2, 0xbb, 0xcc, 0, 0, 1, 0xdd};
    Reader in{bytes};
    Buffer first;
    Buffer second;
    Buffer third;

    CHECK(in.opaque(tiny, first));
    CHECK(in.opaque(pairs, second));
    CHECK(in.opaque(wide, third));

    CHECK(first == Buffer{0xaa});
    CHECK(second == Buffer{0xbb, 0xcc});
    CHECK(third == Buffer{0xdd});
    CHECK(in.empty());
}

TEST_CASE("a reader inside a vector keeps the offsets of the message")
{
    const Buffer bytes{3, 0xaa, 0xbb, 0xcc, 0xdd};
    Reader in{bytes, 100};
    std::optional<Reader> content;

    REQUIRE(in.vector(tiny, content));

    CHECK(content->offset() == 101);
    CHECK(content->rest().size() == 3);
    CHECK(in.offset() == 104);
}

TEST_CASE("a vector whose length points past the end hands out what is there")
{
    const Buffer bytes{9, 0xaa, 0xbb};
    Reader in{bytes};
    Buffer content;

    CHECK_FALSE(in.opaque(tiny, content));

    CHECK(content == Buffer{0xaa, 0xbb});
    CHECK(in.empty());
    CHECK(in.error() == ParseError{Reason::truncated, "tiny", 0});
}

TEST_CASE("a vector whose length is cut is null")
{
    const Buffer bytes{0};
    Reader in{bytes};
    std::optional<std::vector<std::uint16_t>> items;

    CHECK_FALSE(in.list(pairs, items));

    CHECK_FALSE(items);
    CHECK(in.error() == ParseError{Reason::truncated, "pairs", 0});
}

TEST_CASE("a vector that breaks its bounds is noted and read")
{
    const Buffer empty{0, 0, 0x55};
    Reader in{empty};
    std::optional<std::vector<std::uint16_t>> items;

    CHECK(in.list(pairs, items));

    REQUIRE(items);
    CHECK(items->empty());
    CHECK(in.rest().size() == 1);
    CHECK(in.error() == ParseError{Reason::too_short, "pairs", 0});

    Buffer full(2 + 0xffff, 0xff);
    Reader over{full};
    CHECK(over.list(pairs, items));
    CHECK(items->size() == 0x7fff);
    CHECK(over.error() == ParseError{Reason::too_long, "pairs", 0});
}

TEST_CASE("a list with half an item at its end keeps the whole ones and the place after it")
{
    const Buffer bytes{0, 3, 4, 1, 8, 0x55};
    Reader in{bytes};
    std::optional<std::vector<std::uint16_t>> items;

    CHECK(in.list(pairs, items));

    CHECK(items == std::vector<std::uint16_t>{0x0401});
    CHECK(in.rest().size() == 1);
    CHECK(in.error() == ParseError{Reason::odd_length, "pairs", 0});
}

TEST_CASE("what is left where nothing may be is an error at its first byte")
{
    const Buffer bytes{0, 0x55};
    Reader in{bytes};
    Buffer content;

    CHECK(in.opaque(tiny, content));
    CHECK_FALSE(in.finish("message"));

    CHECK(in.error() == ParseError{Reason::trailing_bytes, "message", 1});
}

TEST_CASE("the first error stays")
{
    Reader in;
    std::uint8_t value = 0;

    in.note(ParseError{Reason::duplicate, "first", 1});
    in.note(std::nullopt);

    CHECK_FALSE(in.number("second", value));
    CHECK(in.error() == ParseError{Reason::duplicate, "first", 1});
}
