#include "certs/x509/text_encoding.hpp"

#include <string>
#include <string_view>
#include <vector>

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

    CHECK(x509::text_of(bytes(expected)) == expected);
    CHECK(x509::text_of(bytes("\xef\xbb\xbf" + expected)) == expected);
    CHECK(x509::text_of(utf16(u"\ufeffCtl prüfen \U0001F600\r\n", true)) == expected);
    CHECK(x509::text_of(utf16(u"\ufeffCtl prüfen \U0001F600\r\n", false)) == expected);
    CHECK(x509::text_of(utf16(u"Ctl prüfen \U0001F600\r\n", true)) == expected);
    CHECK(x509::text_of(bytes("pr\xfc"
                              "fen")) == "prüfen");
    CHECK(x509::text_of({}) == "");
}

TEST_CASE("bytes with zeros in them are no text")
{
    CHECK(!x509::text_of(std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 0, 'e', 'f', 'g', 'h', 'i'}));
}

TEST_CASE("a text that comes in pieces is the same wherever it is cut")
{
    const std::string expected = "Ctl prüfen \U0001F600\r\nund weiter, so dass es reicht";
    const std::u16string wide = u"\ufeffCtl prüfen \U0001F600\r\nund weiter, so dass es reicht";

    for (const auto& whole : {utf16(wide, true), utf16(wide, false), utf16(wide.substr(1), true),
                              bytes("\xef\xbb\xbf" + expected), bytes(expected)}) {
        for (std::size_t cut = 32; cut < whole.size(); ++cut) {
            x509::TextDecoder decoder;
            const std::span all{whole};
            std::string text = decoder.decode(all.first(cut));
            text += decoder.decode(all.subspan(cut));
            CHECK(text == expected);
        }
    }
}

TEST_CASE("half a pair is no character")
{
    CHECK(x509::text_of(utf16(u"\ufeffa\xd83d b\xde00", true)) == "a\xef\xbf\xbd b\xef\xbf\xbd");
}
