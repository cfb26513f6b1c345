#include <chrono>
#include <fstream>
#include <sstream>

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

struct Witness {
    std::string label;
    std::string der;
    std::string text;
};

std::vector<Witness> witnesses()
{
    std::ifstream file{TESTS_DATA "/x509/names.tsv"};
    std::vector<Witness> all;
    for (std::string line; std::getline(file, line);) {
        std::istringstream columns{line};
        Witness one;
        if (line.front() != '#' && std::getline(columns, one.label, '\t') && std::getline(columns, one.der, '\t') &&
            std::getline(columns, one.text)) {
            all.push_back(one);
        }
    }
    return all;
}

std::string upper_hex_values(std::string text)
{
    // OpenSSL writes the hex of unknown attributes in capitals.
    for (std::size_t at = text.find("=#"); at != std::string::npos; at = text.find("=#", at + 1)) {
        for (std::size_t i = at; i < text.size() && text[i] != ','; ++i) {
            text[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
        }
    }
    return text;
}

} // namespace

TEST_CASE("a name is printed as OpenSSL's command line prints it")
{
    const auto all = witnesses();
    REQUIRE(all.size() == 12);

    for (const Witness& each : all) {
        CAPTURE(each.label);
        const Name name{from_hex(each.der)};
        CHECK(upper_hex_values(name.text()) == each.text);
        CHECK(name.is_name());
        CHECK_FALSE(name.error());
        CHECK(hex(name.der()) == each.der);
    }
}

TEST_CASE("what a name prints can be read back")
{
    for (const Witness& each : witnesses()) {
        CAPTURE(each.label);
        const Name name{from_hex(each.der)};
        const Name again = Name::from_rfc4514(name.text());
        CHECK(Name::compare(name, again) != NameMatch::different);
        CHECK(again.is_name());
    }
}

TEST_CASE("a name read from text has the bytes that OpenSSL's command line makes")
{
    for (const Witness& each : witnesses()) {
        if (each.label == "utf8" || each.label == "umlaut-utf8" || each.label == "everything" ||
            each.label == "specials" || each.label == "multi-valued" || each.label == "controls" ||
            each.label == "unknown-type") {
            CAPTURE(each.label);
            CHECK(hex(Name::from_rfc4514(each.text).der()) == each.der);
        }
    }
}

TEST_CASE("a name turned round has the same parts the other way, and turned again it is itself")
{
    for (const Witness& each : witnesses()) {
        CAPTURE(each.label);
        const Name name{from_hex(each.der)};
        CHECK(name.reversed().is_name());
        CHECK(name.reversed().reversed() == name);
    }
    CHECK(Name::from_rfc4514("CN=a,O=b+OU=c,C=DE").reversed() == Name::from_rfc4514("C=DE,O=b+OU=c,CN=a"));
    CHECK(Name{{1, 2}}.reversed() == Name{{1, 2}});
}

TEST_CASE("the empty name is a name without text")
{
    const Name empty;

    CHECK(hex(empty.der()) == "3000");
    CHECK(empty.empty());
    CHECK(empty.is_name());
    CHECK(empty.text().empty());
    CHECK(empty == Name::from_rfc4514(""));
    CHECK_FALSE(Name::from_rfc4514("CN=a").empty());
    CHECK(Name::compare(empty, Name::from_rfc4514("CN=a")) == NameMatch::different);
}

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

TEST_CASE("no proper prefix of a name is a name")
{
    for (const Witness& each : witnesses()) {
        const Der der = from_hex(each.der);
        for (std::size_t size = 0; size < der.size(); ++size) {
            CHECK_FALSE(Name{Der(der.begin(), der.begin() + static_cast<std::ptrdiff_t>(size))}.is_name());
        }
    }
}

TEST_CASE("any one byte of a name may change and nothing breaks")
{
    for (const Witness& each : witnesses()) {
        const Der der = from_hex(each.der);
        for (std::size_t at = 0; at < der.size(); ++at) {
            for (const int change : {0x01, 0x20, 0x80, 0xff}) {
                Der other = der;
                other[at] = static_cast<std::uint8_t>(other[at] ^ change);
                const Name name{other};
                CHECK(name.is_name() != name.text().starts_with('#'));
                CHECK(Name::compare(name, Name{der}) != NameMatch::identical);
                CHECK(printable(name.text()).find('\x1b') == std::string::npos);
            }
        }
    }
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

TEST_CASE("names compare by RFC 5280, and the bytes tell the rest")
{
    const Name original = Name::from_rfc4514("CN=Example CA,O=Example,C=DE");
    const auto with_cn = [](std::uint8_t tag, std::string_view value) { return common_name(tag, bytes(value)); };

    CHECK(Name::compare(original, Name::from_rfc4514("CN=Example CA,O=Example,C=DE")) == NameMatch::identical);
    CHECK(Name::compare(with_cn(utf8, "Example CA"), with_cn(printable_string, "Example CA")) == NameMatch::equivalent);
    CHECK(Name::compare(with_cn(utf8, "Example CA"), with_cn(utf8, "  example   ca ")) == NameMatch::equivalent);
    CHECK(Name::compare(common_name(utf8, from_hex("42c3a4")), common_name(bmp, from_hex("004200e4"))) ==
          NameMatch::equivalent);
    CHECK(Name::compare(common_name(utf8, from_hex("42c3a4")), common_name(t61, from_hex("42e4"))) ==
          NameMatch::equivalent);
    CHECK(Name::compare(with_cn(utf8, "Example CA"), with_cn(utf8, "Example CB")) == NameMatch::different);
    CHECK(Name::compare(original, Name::from_rfc4514("O=Example,CN=Example CA,C=DE")) == NameMatch::different);
    CHECK(Name::compare(with_cn(0x04, "a"), with_cn(utf8, "a")) == NameMatch::different);
    CHECK(Name::compare(with_cn(0x04, "a"), with_cn(0x04, "a")) == NameMatch::identical);
    CHECK(Name::compare(with_cn(0x04, "a"), with_cn(0x04, "A")) == NameMatch::different);
}

TEST_CASE("names that are equal by RFC 5280 share their likeness, and names that only hold the same letters do not")
{
    const auto with_cn = [](std::uint8_t tag, std::string_view value) { return common_name(tag, bytes(value)); };
    const auto likeness = [](std::string_view text) { return Name::from_rfc4514(text).likeness(); };

    CHECK(with_cn(utf8, "Example CA").likeness() == with_cn(printable_string, "Example CA").likeness());
    CHECK(with_cn(utf8, "Example, CA").likeness() == with_cn(utf8, "  example,   ca ").likeness());
    CHECK(with_cn(utf8, "Example\nCA").likeness() == with_cn(utf8, "Example CA").likeness());
    CHECK(common_name(utf8, from_hex("42c3a4")).likeness() == common_name(bmp, from_hex("004200e4")).likeness());
    CHECK(likeness("CN=CA+O=Example,C=DE") == likeness("O=Example+CN=CA,C=DE"));
    CHECK(likeness("CN=Issuing CA 12,O=Example") != likeness("CN=Issuing CA 21,O=Example"));
    CHECK(likeness("CN=CA,O=Example") != likeness("CN=CB,O=Example"));
}

TEST_CASE("a remembered name is the name")
{
    const Name original = Name::from_rfc4514("CN=Example CA,O=Example,C=DE");
    for (int turn = 0; turn < 2; ++turn) {
        const Name again = Name::remembered(original.der());

        CHECK(again == original);
        CHECK(again.text() == original.text());
        CHECK(Name::compare(again, original) == NameMatch::identical);
    }
    for (int number = 0; number < 20000; ++number) { // more than are kept
        const auto text = "CN=" + std::to_string(number);
        CHECK(Name::remembered(Name::from_rfc4514(text).der()).text() == text);
    }
}
