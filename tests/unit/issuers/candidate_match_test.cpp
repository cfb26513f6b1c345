#include "probe/issuers/candidate_match.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/certificates.hpp"
#include "tests/unit/support/observations.hpp"

using namespace mtls;
using namespace mtls::test;
using x509::NameMatch;

TEST_CASE("where a chain meets the list")
{
    const std::string issuing = "CN=Example Issuing CA,O=Example";
    const std::string root = "CN=Example Root CA,O=Example";
    const std::vector<x509::Certificate> full{certificate("intermediate"), certificate("root")};
    const std::vector<x509::Certificate> without_root{certificate("intermediate")};

    struct Row {
        const char* what;
        std::vector<x509::Certificate> above;
        Names list;
        std::optional<bool> advertised;
        std::optional<int> depth;
        std::optional<NameMatch> encoding;
    };

    const Row rows[] = {
        {"issuer", full, dns({"CN=x", issuing}), true, 1, NameMatch::identical},
        {"issuer, no chain at all", {}, dns({issuing}), true, 1, NameMatch::identical},
        {"root", full, dns({root}), true, 2, NameMatch::identical},
        {"root, itself not at hand", without_root, dns({root}), true, 2, NameMatch::identical},
        {"root, but no chain", {}, dns({root}), false, std::nullopt, std::nullopt},
        {"nearest wins", full, dns({root, issuing}), true, 1, NameMatch::identical},
        {"nearest wins over identical", full, dns({root, "CN=EXAMPLE issuing CA,O=Example"}), true, 1,
         NameMatch::equivalent},
        {"identical wins at one depth", full, dns({"CN=EXAMPLE issuing CA,O=Example", issuing}), true, 1,
         NameMatch::identical},
        {"itself", full, dns({"CN=Alice,O=Example"}), true, 0, NameMatch::identical},
        {"itself comes last", full, dns({"CN=Alice,O=Example", root}), true, 2, NameMatch::identical},
        {"not at all", full, dns({"CN=x", "CN=y"}), false, std::nullopt, std::nullopt},
        {"beside an entry that is no name", full, {x509::Name{{0xff}}, dn(issuing)}, true, 1, NameMatch::identical},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);

        const auto match = issuers::match(certificate("alice"), row.above, request12(row.list).authorities);

        CHECK(match.advertised == row.advertised);
        CHECK(match.depth == row.depth);
        CHECK(match.encoding == row.encoding);
        CHECK(match.name.has_value() == row.depth.has_value());
    }
}

TEST_CASE("without a list nothing is said about a match")
{
    const auto empty = std::vector<observation::Authority>{};

    CHECK_FALSE(issuers::match(certificate("alice"), {}, std::nullopt).advertised);
    CHECK_FALSE(issuers::match(certificate("alice"), {}, empty).advertised);
}

TEST_CASE("the match gives the name as advertised")
{
    const Names list = dns({"CN=EXAMPLE ISSUING CA,O=Example"});

    const auto match = issuers::match(certificate("alice"), {}, request12(list).authorities);

    CHECK(match.name == list[0]);
}
