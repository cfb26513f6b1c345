#include "probe/iis/text.hpp"

#include <doctest/doctest.h>

using namespace mtls;

namespace {

std::vector<std::uint8_t> bytes(std::string_view text)
{
    return {text.begin(), text.end()};
}

std::vector<std::uint8_t> utf16(std::u16string_view text, bool little)
{
    std::vector<std::uint8_t> all;
    for (const char16_t unit : text) {
        const auto low = static_cast<std::uint8_t>(unit & 0xffU);
        const auto high = static_cast<std::uint8_t>(unit >> 8U);
        all.push_back(little ? low : high);
        all.push_back(little ? high : low);
    }
    return all;
}

} // namespace

TEST_CASE("text is read in every encoding in which Windows saves it")
{
    const std::string expected = "Ctl prüfen \U0001F600\r\n";

    CHECK(iis::text_of(bytes(expected)) == expected);
    CHECK(iis::text_of(bytes("\xef\xbb\xbf" + expected)) == expected);
    CHECK(iis::text_of(utf16(u"\ufeffCtl prüfen \U0001F600\r\n", true)) == expected);
    CHECK(iis::text_of(utf16(u"\ufeffCtl prüfen \U0001F600\r\n", false)) == expected);
    CHECK(iis::text_of(utf16(u"Ctl prüfen \U0001F600\r\n", true)) == expected);
    CHECK(iis::text_of(bytes("pr\xfc"
                             "fen")) == "prüfen");
    CHECK(iis::text_of({}) == "");
}

TEST_CASE("bytes with zeros in them are no text")
{
    CHECK(!iis::text_of(std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 0, 'e', 'f', 'g', 'h', 'i'}));
}

TEST_CASE("lines end with LF or CRLF")
{
    CHECK(iis::lines_of("a\r\nb\n\nc") == std::vector<std::string_view>{"a", "b", "", "c"});
    CHECK(iis::lines_of("").empty());
}
