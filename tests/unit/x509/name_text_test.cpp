#include <chrono>

#include <doctest/doctest.h>
#include <openssl/err.h>

#include "certs/x509/name.hpp"
#include "support/der_text.hpp"

using namespace mtls::x509;
using mtls::test::bytes;
using mtls::test::common_name;
using mtls::test::from_hex;
using mtls::test::rdn;
using mtls::test::tlv;

namespace {

constexpr std::uint8_t utf8 = 0x0c;
constexpr std::uint8_t printable_string = 0x13;
constexpr std::uint8_t t61 = 0x14;
constexpr std::uint8_t universal = 0x1c;
constexpr std::uint8_t bmp = 0x1e;

} // namespace

TEST_CASE("every string type decodes")
{
    struct Row {
        std::uint8_t tag;
        std::string content;
        std::string text;
    };

    const std::vector<Row> rows{
        {utf8, "42c3a4", "CN=Bä"},
        {printable_string, "4261", "CN=Ba"},
        {0x16, "4261", "CN=Ba"},
        {0x1a, "4261", "CN=Ba"},
        {0x12, "3432", "CN=42"},
        {t61, "42e4", "CN=Bä"},
        {bmp, "004200e4", "CN=Bä"},
        {bmp, "d83edd68", "CN=🥨"},
        {universal, "0000004200 01f968", "CN=B🥨"},
        {utf8, "", "CN="},
        {bmp, "", "CN="},
    };
    for (const Row& row : rows) {
        CAPTURE(row.content);
        const Name name = common_name(row.tag, from_hex(row.content));
        CHECK(name.text() == row.text);
        CHECK_FALSE(name.error());
        CHECK(name.values("CN").size() == 1);
    }
}

TEST_CASE("a value that does not decode is kept as hex and explained, and its neighbours stay readable")
{
    struct Row {
        std::uint8_t tag;
        std::string content;
        std::string text;
        std::string error;
    };

    const std::vector<Row> rows{
        {utf8, "41c328", "#0c0341c328", "CN: UTF8String with invalid UTF-8 at byte 14"},
        {utf8, "c0af", "#0c02c0af", "CN: UTF8String with invalid UTF-8 at byte 13"},
        {utf8, "eda080", "#0c03eda080", "CN: UTF8String with invalid UTF-8 at byte 13"},
        {utf8, "f4908080", "#0c04f4908080", "CN: UTF8String with invalid UTF-8 at byte 13"},
        {utf8, "e282", "#0c02e282", "CN: UTF8String with invalid UTF-8 at byte 13"},
        {bmp, "004100", "#1e03004100", "CN: BMPString of 3 bytes at byte 11"},
        {bmp, "0041d800", "#1e040041d800", "CN: BMPString with an invalid character at byte 15"},
        {universal, "00110000", "#1c0400110000", "CN: UniversalString with an invalid character at byte 13"},
        {0x04, "6162", "#04026162", "CN: OCTET STRING instead of a string at byte 11"},
        {0x05, "", "#0500", "CN: NULL instead of a string at byte 11"},
        {0x30, "", "#3000", "CN: SEQUENCE instead of a string at byte 11"},
        {0x2c, "0c0161", "#2c030c0161", "CN: UTF8String instead of a string at byte 11"},
        {0x80, "61", "#800161", "CN: tag 0 instead of a string at byte 11"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.error);
        Der content = rdn(3, tlv(row.tag, from_hex(row.content)));
        const Der neighbour = rdn(10, tlv(utf8, bytes("Example")));
        content.insert(content.end(), neighbour.begin(), neighbour.end());
        const Name name{tlv(0x30, content)};
        CHECK(name.text() == "O=Example,CN=" + row.text);
        CHECK(name.error().value_or("") == row.error);
        CHECK(name.is_name());
        CHECK(name.values("CN").empty());
        CHECK(name.values("O") == std::vector<std::string>{"Example"});
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a byte above 7f in a PrintableString is read as Latin-1 and reported")
{
    const Name name = common_name(printable_string, from_hex("42e4"));

    CHECK(name.text() == "CN=Bä");
    CHECK(name.error().value_or("") == "CN: PrintableString with a byte above 7f at byte 14");
}

TEST_CASE("the attributes of X.520 that hold no string are no error")
{
    const Name identifier{tlv(0x30, rdn(45, tlv(0x03, from_hex("0001"))))};

    CHECK(identifier.text() == "x500UniqueIdentifier=#03020001");
    CHECK_FALSE(identifier.error());
}

TEST_CASE("bytes that are not one DER Name are printed as hex and explained")
{
    struct Row {
        std::string der;
        std::string error;
    };

    const std::vector<Row> rows{
        {"", "not a Name: no SEQUENCE at byte 0"},
        {"30", "not a Name: truncated, or a length that is not DER, at byte 0"},
        {"3001", "not a Name: truncated, or a length that is not DER, at byte 0"},
        {"3080 0000", "not a Name: truncated, or a length that is not DER, at byte 0"},
        {"308100", "not a Name: truncated, or a length that is not DER, at byte 0"},
        {"3000 00", "not a Name: trailing bytes at byte 2"},
        {"3100", "not a Name: no SEQUENCE at byte 0"},
        {"1000", "not a Name: no SEQUENCE at byte 0"},
        {"30 02 3100", "not a Name: empty SET at byte 2"},
        {"30 02 3000", "not a Name: no SET at byte 2"},
        {"30 04 3102 3000", "not a Name: no object identifier at byte 6"},
        {"30 04 3102 0500", "not a Name: no SEQUENCE at byte 4"},
        {"30 09 3107 3005 0603550403", "not a Name: no DER value at byte 11"},
        {"30 0d 310b 3009 0603550403 0c0161 00", "not a Name: trailing bytes at byte 14"},
        {"30 0e 310c 300a 0603550403 0c0161 0500", "not a Name: trailing bytes at byte 14"},
        {"30 0c 310a 3008 0603550483 0c0161", "not a Name: invalid object identifier at byte 6"},
        {"30 09 3107 3005 0600 0c0161", "not a Name: invalid object identifier at byte 6"},
        {"30 0a 3108 3006 060180 0c0161", "not a Name: invalid object identifier at byte 6"},
        {"ffffffffffff", "not a Name: truncated, or a length that is not DER, at byte 0"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.der);
        const Der der = from_hex(row.der);
        const Name name{der};
        CHECK_FALSE(name.is_name());
        CHECK(name.text() == "#" + hex(der));
        CHECK(name.der() == der);
        CHECK(name.error().value_or("") == row.error);
        CHECK(Name::compare(name, name) == NameMatch::identical);
        CHECK(Name::compare(name, Name{}) == NameMatch::different);
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("nothing that could move a terminal's cursor or hide text gets through")
{
    struct Row {
        std::string value;
        std::string text;
    };

    using namespace std::string_literals;
    const std::vector<Row> rows{
        {"a\x1b[31mb", "CN=a\\1B[31mb"},
        {"a\ab", "CN=a\\07b"},
        {"a\nb\r", "CN=a\\0Ab\\0D"},
        {"a\0b"s, "CN=a\\00b"},
        {"a\x7f", "CN=a\\7F"},
        {"a\u009b31m", "CN=a\\C2\\9B31m"},
        {"a\xe2\x80\xaetxt", R"(CN=a\E2\80\AEtxt)"}, // NOLINT(misc-misleading-bidirectional): the point of it
        {"a\u2066b\u2069", R"(CN=a\E2\81\A6b\E2\81\A9)"},
        {"a\u200eb\u200f\u061c", R"(CN=a\E2\80\8Eb\E2\80\8F\D8\9C)"},
        {"a\u200b\u200c\u200d\u2060\ufeff", R"(CN=a\E2\80\8B\E2\80\8C\E2\80\8D\E2\81\A0\EF\BB\BF)"},
        {"a\u2028b\u2029", R"(CN=a\E2\80\A8b\E2\80\A9)"},
        {"a\U000E0041", R"(CN=a\F3\A0\81\81)"},
        {"a\uffff\ufdd0", R"(CN=a\EF\BF\BF\EF\B7\90)"},
        {"a\ue000", R"(CN=a\EE\80\80)"},
        {"日本語 Ελλάδα é 🥨", "CN=日本語 Ελλάδα é 🥨"},
        {" a ", "CN=\\ a\\ "},
        {" ", "CN=\\ "},
        {"#a#", "CN=\\#a#"},
        {"a=b", "CN=a=b"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Name name = common_name(utf8, bytes(row.value));
        CHECK(name.text() == row.text);
        CHECK(name.values("CN") == std::vector{row.value});
        CHECK(Name::from_rfc4514(name.text()) == name);
    }
}

TEST_CASE("printable text has no controls, no backslash of its own and no byte that is not UTF-8")
{
    using namespace std::string_literals;

    CHECK(printable("plain ä") == "plain ä");
    CHECK(printable("a\\b") == "a\\5Cb");
    CHECK(printable("a\0\x1b\xff\xc3"s) == "a\\00\\1B\\FF\\C3");
    CHECK(printable("\xe2\x80\xae") == "\\E2\\80\\AE"); // NOLINT(misc-misleading-bidirectional): the point of it
}

TEST_CASE("long values and long lists of attributes take linear time")
{
    const Name long_value = common_name(utf8, Der(3000, 'x'));
    CHECK(long_value.text() == "CN=" + std::string(3000, 'x'));

    Der content;
    while (content.size() < 0xff00) {
        const Der next = rdn(11, tlv(utf8, bytes("x")));
        content.insert(content.end(), next.begin(), next.end());
    }
    const auto start = std::chrono::steady_clock::now();
    const Name name{tlv(0x30, content)};
    CHECK(name.values("OU").size() == content.size() / 12);
    CHECK(name.text().size() == content.size() / 12 * 5 - 1);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{2});
}

TEST_CASE("an object identifier of many kilobytes does not stop the show")
{
    Der oid(60000, 0xff);
    oid.back() = 0x7f;
    Der content = tlv(0x06, oid);
    const Der value = tlv(utf8, bytes("x"));
    content.insert(content.end(), value.begin(), value.end());
    const Name name{tlv(0x30, tlv(0x31, tlv(0x30, content)))};

    CHECK(name.is_name());
    CHECK(name.text() == "#" + hex(name.der()));
    CHECK(name.error().value_or("") == "an object identifier too long to write down");
}
