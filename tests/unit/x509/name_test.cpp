#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "certs/x509/name.hpp"
#include "support/der_text.hpp"

using namespace mtls::x509;
using mtls::test::bytes;
using mtls::test::common_name;
using mtls::test::from_hex;

namespace {

constexpr std::uint8_t utf8 = 0x0c;
constexpr std::uint8_t printable_string = 0x13;
constexpr std::uint8_t t61 = 0x14;
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
