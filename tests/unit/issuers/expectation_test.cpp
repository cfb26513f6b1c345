#include "probe/issuers/expectation.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/observations.hpp"

using namespace mtls;
using namespace mtls::test;
using issuers::ExpectMode;
using issuers::ExpectResult;
using x509::NameMatch;

namespace {

std::vector<observation::Authority> listed(const Names& names)
{
    return request12(names).authorities;
}

issuers::Expectation expect(const std::vector<std::string>& names, ExpectMode mode = ExpectMode::exact,
                            bool has_encoding = true)
{
    issuers::Expectation expectation;
    expectation.sources = {"cas.pem"};
    expectation.mode = mode;
    for (const std::string& name : names) {
        expectation.issuers.push_back({dn(name), has_encoding});
    }
    return expectation;
}

std::vector<std::string> texts(const std::vector<issuers::Compared>& entries)
{
    std::vector<std::string> all;
    for (const issuers::Compared& entry : entries) {
        all.push_back(entry.name.text());
    }
    return all;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("a list against an expectation, as sets")
{
    struct Row {
        const char* what;
        Texts expected;
        Texts advertised;
        ExpectMode mode;
        ExpectResult result;
        Texts matched;
        Texts missing;
        Texts unexpected;
    };

    const auto exact = ExpectMode::exact;
    const auto contains = ExpectMode::contains;
    const Row rows[] = {
        {"same", {"CN=a", "CN=b"}, {"CN=a", "CN=b"}, exact, ExpectResult::match, {"CN=a", "CN=b"}, {}, {}},
        {"order", {"CN=a", "CN=b"}, {"CN=b", "CN=a"}, exact, ExpectResult::match, {"CN=b", "CN=a"}, {}, {}},
        {"repeated", {"CN=a"}, {"CN=a", "CN=a"}, exact, ExpectResult::match, {"CN=a"}, {}, {}},
        {"expected twice", {"CN=a", "CN=a"}, {"CN=a"}, exact, ExpectResult::match, {"CN=a"}, {}, {}},
        {"missing", {"CN=a", "CN=b"}, {"CN=a"}, exact, ExpectResult::differs, {"CN=a"}, {"CN=b"}, {}},
        {"missing twice", {"CN=b", "CN=b"}, {"CN=a"}, contains, ExpectResult::differs, {}, {"CN=b"}, {"CN=a"}},
        {"extra", {"CN=a"}, {"CN=a", "CN=x"}, exact, ExpectResult::differs, {"CN=a"}, {}, {"CN=x"}},
        {"extra is fine", {"CN=a"}, {"CN=a", "CN=x"}, contains, ExpectResult::match, {"CN=a"}, {}, {"CN=x"}},
        {"missing is not", {"CN=a"}, {"CN=x"}, contains, ExpectResult::differs, {}, {"CN=a"}, {"CN=x"}},
        {"empty list", {"CN=a"}, {}, exact, ExpectResult::differs, {}, {"CN=a"}, {}},
        {"nothing expected", {}, {}, exact, ExpectResult::match, {}, {}, {}},
        {"case", {"CN=Example CA"}, {"CN=EXAMPLE ca"}, exact, ExpectResult::match, {"CN=EXAMPLE ca"}, {}, {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);

        const auto comparison = issuers::compare(expect(row.expected, row.mode), listed(dns(row.advertised)));

        CHECK(comparison.result == row.result);
        CHECK(texts(comparison.matched) == row.matched);
        CHECK(texts(comparison.missing) == row.missing);
        CHECK(texts(comparison.unexpected) == row.unexpected);
    }
}

TEST_CASE("a match says whether it is byte for byte, unless the expectation was text")
{
    const auto list = listed(dns({"CN=Example CA"}));

    CHECK(issuers::compare(expect({"CN=Example CA"}), list).matched[0].encoding == NameMatch::identical);
    CHECK(issuers::compare(expect({"CN=EXAMPLE CA"}), list).matched[0].encoding == NameMatch::equivalent);
    CHECK_FALSE(issuers::compare(expect({"CN=EXAMPLE CA"}, ExpectMode::exact, false), list).matched[0].encoding);
}

TEST_CASE("of several encodings in the list the identical one is the match")
{
    const auto comparison = issuers::compare(expect({"CN=ca"}), listed(dns({"CN=CA", "CN=ca"})));

    REQUIRE(comparison.matched.size() == 1);
    CHECK(comparison.matched[0].encoding == NameMatch::identical);
    CHECK(comparison.matched[0].name == dn("CN=ca"));
}

TEST_CASE("an entry that is no name counts as unexpected")
{
    const auto comparison = issuers::compare(expect({"CN=a"}), listed({dn("CN=a"), x509::Name{{0xff}}}));

    CHECK(comparison.result == ExpectResult::differs);
    CHECK(comparison.unexpected.size() == 1);
}

TEST_CASE("duplicates are counted in order of first appearance")
{
    const auto found = issuers::duplicates(listed(dns({"CN=x", "CN=b", "CN=a", "CN=B", "CN=a", "CN=a"})));

    REQUIRE(found.size() == 2);
    CHECK(found[0].name == dn("CN=b"));
    CHECK(found[0].count == 2);
    CHECK(found[1].name == dn("CN=a"));
    CHECK(found[1].count == 3);
    CHECK(issuers::duplicates(listed(dns({"CN=a", "CN=b"}))).empty());
    CHECK(issuers::compare(expect({}), listed(dns({"CN=a", "CN=a"}))).duplicates.size() == 1);
}

TEST_CASE("results and modes have the schema's words")
{
    using issuers::ExpectMode;
    using issuers::ExpectResult;

    CHECK(std::string{to_string(ExpectMode::exact)} == "exact");
    CHECK(std::string{to_string(ExpectMode::contains)} == "contains");
    CHECK(std::string{to_string(ExpectResult::match)} == "match");
    CHECK(std::string{to_string(ExpectResult::differs)} == "differs");
    CHECK(std::string{to_string(ExpectResult::no_request)} == "no_request");
    CHECK(std::string{to_string(ExpectResult::undetermined)} == "undetermined");
}
