#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;

namespace {

const char* const id = "issuer-list-truncated";

/// Names of 64 bytes on the wire each, `bytes` in all.
Names filled_to(std::size_t bytes)
{
    Names names;
    for (std::size_t number = 0; number < bytes / 64; ++number) {
        std::string text = std::to_string(number);
        text.insert(0, 49 - text.size(), 'x'); // 13 bytes of DER and 2 of length around it
        names.push_back(dn("CN=" + text));
    }
    return names;
}

Run listing(std::size_t bytes, const std::string& server = "Microsoft-IIS/7.5")
{
    return Run{}.saw(Seen{tls12}.asked(filled_to(bytes)).http(403, server));
}

} // namespace

TEST_CASE("issuer-list-truncated needs a list that ends where SChannel cuts")
{
    REQUIRE(filled_to(64).front().der().size() == 62);

    CHECK(listing(16384).expects({issuing_ca}).severity(id) == critical);
    CHECK(listing(12288).expects({issuing_ca}).severity(id) == critical);
    CHECK(listing(16384).holds(credential("alice")).severity(id) == critical);
    CHECK(listing(16384, "").expects({issuing_ca}).severity(id) == critical);
    CHECK(listing(16384).severity(id) == info);
    CHECK(listing(16384, "").severity(id) == absent);
    CHECK(listing(16384, "nginx").expects({issuing_ca}).severity(id) == absent);
    CHECK(listing(16128).expects({issuing_ca}).severity(id) == absent);
    CHECK(listing(16448).expects({issuing_ca}).severity(id) == absent);
    CHECK(listing(6400).expects({issuing_ca}).severity(id) == absent);
}

TEST_CASE("a cut list explains what is missing, and no store is said to be lost")
{
    const auto run = listing(16384).expects({issuing_ca});

    CHECK(run.severity("ctl-store-lost") == absent);
    CHECK(contains(run.text("expected-issuer-missing"), "(follows from issuer-list-truncated)"));
    CHECK(contains(run.text(id), "16384 bytes"));
}

TEST_CASE("missing the tail of what is expected is said")
{
    Names expected = filled_to(16384);
    expected.push_back(issuing_ca);

    CHECK(contains(listing(16384).expects(expected).text(id), "the tail of what is expected"));
    expected.insert(expected.begin(), root_ca);
    CHECK_FALSE(contains(listing(16384).expects(expected).text(id), "the tail of what is expected"));
}
