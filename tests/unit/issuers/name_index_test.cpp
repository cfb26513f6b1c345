#include "probe/issuers/name_index.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/unit/support/observations.hpp"

using namespace mtls;
using namespace mtls::test;
using issuers::NameIndex;
using x509::NameMatch;

namespace {

/// CN with a chosen string type: 0x0c UTF8String, 0x13 PrintableString, 0x14 T61String, 0x16 IA5String.
x509::Name cn(std::uint8_t type, std::string_view value)
{
    const auto length = static_cast<std::uint8_t>(value.size());
    x509::Der der{0x30,  static_cast<std::uint8_t>(length + 11),
                  0x31,  static_cast<std::uint8_t>(length + 9),
                  0x30,  static_cast<std::uint8_t>(length + 7),
                  0x06,  0x03,
                  0x55,  0x04,
                  0x03,  type,
                  length};
    der.insert(der.end(), value.begin(), value.end());
    return x509::Name{der};
}

} // namespace

TEST_CASE("the index finds whatever RFC 5280 calls equal")
{
    struct Row {
        const char* what;
        x509::Name listed;
        x509::Name asked;
        NameMatch match;
    };

    const Row rows[] = {
        {"same bytes", cn(0x0c, "Example"), cn(0x0c, "Example"), NameMatch::identical},
        {"another string type", cn(0x13, "Example"), cn(0x0c, "Example"), NameMatch::equivalent},
        {"case", cn(0x0c, "EXAMPLE ca"), cn(0x0c, "Example CA"), NameMatch::equivalent},
        {"inner blanks", cn(0x0c, "Example   CA"), cn(0x0c, "Example CA"), NameMatch::equivalent},
        {"outer blanks", cn(0x0c, "  Example "), cn(0x0c, "Example"), NameMatch::equivalent},
        {"tab", cn(0x0c, "Example\tCA"), cn(0x0c, "Example CA"), NameMatch::equivalent},
        {"T61String beyond ASCII", cn(0x14, "M\xfcller"), cn(0x0c, "M\xc3\xbcller"), NameMatch::equivalent},
        {"backslash", cn(0x0c, "a\\B"), cn(0x13, "a\\b"), NameMatch::equivalent},
        {"order inside an RDN", dn("CN=a+O=b"), dn("O=b+CN=a"), NameMatch::identical},
        {"empty name", x509::Name{}, x509::Name{}, NameMatch::identical},
        {"another value", cn(0x0c, "Example"), cn(0x0c, "Exemple"), NameMatch::different},
        {"anagram", cn(0x0c, "abc"), cn(0x0c, "cab"), NameMatch::different},
        {"order of RDNs", dn("CN=a,O=b"), dn("O=b,CN=a"), NameMatch::different},
        {"no name at all", x509::Name{{1, 2}}, x509::Name{{1, 2, 3}}, NameMatch::different},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        REQUIRE(x509::Name::compare(row.listed, row.asked) == row.match);

        const NameIndex index{{dn("CN=other"), row.listed}};
        const auto hit = index.find(row.asked);

        CHECK(hit.has_value() == (row.match != NameMatch::different));
        CHECK(index.first(row.asked).has_value() == hit.has_value());
        if (hit) {
            CHECK(hit->position == 1);
            CHECK(hit->match == row.match);
        }
    }
}

TEST_CASE("identical bytes win over an equal name that stands earlier")
{
    const NameIndex index{{cn(0x13, "CA"), cn(0x0c, "CA")}};

    CHECK(index.find(cn(0x0c, "CA"))->position == 1);
    CHECK(index.first(cn(0x0c, "CA")) == 0);
}

TEST_CASE("same_set looks past order and repetition")
{
    CHECK(issuers::same_set(dns({"CN=a", "CN=b"}), dns({"CN=b", "CN=a", "CN=B"})));
    CHECK_FALSE(issuers::same_set(dns({"CN=a", "CN=b"}), dns({"CN=a"})));
    CHECK_FALSE(issuers::same_set(dns({"CN=a"}), dns({"CN=a", "CN=b"})));
    CHECK(issuers::same_set({}, {}));
}

TEST_CASE("only_in names what the other list lacks once and in order")
{
    CHECK(issuers::only_in(dns({"CN=c", "CN=a", "CN=b", "CN=C"}), dns({"CN=A"})) == dns({"CN=c", "CN=b"}));
    CHECK(issuers::only_in({}, dns({"CN=a"})).empty());
}

TEST_CASE("five thousand names are compared in no time")
{
    Names left;
    Names right;
    for (int number = 0; number < 5000; ++number) {
        left.push_back(cn(0x0c, "Example CA " + std::to_string(number)));
        right.push_back(cn(0x13, "EXAMPLE CA " + std::to_string(4999 - number)));
    }
    const auto start = std::chrono::steady_clock::now();

    CHECK(issuers::same_set(left, right));

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{10}); // with sanitizers, on a slow machine
}
