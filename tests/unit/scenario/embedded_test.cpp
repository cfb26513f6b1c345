#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "certs/x509/config_error.hpp"
#include "harness/scenario/embedded.hpp"

using namespace mtls;
using namespace mtls::scenario;

TEST_CASE("every embedded scenario parses, tells its story in a line, and expects something")
{
    CHECK(embedded().size() >= 5);
    for (const Embedded& entry : embedded()) {
        CAPTURE(std::string{entry.name});
        const Scenario scenario = embedded_scenario(entry.name);

        CHECK(scenario.name == entry.name);
        CHECK(scenario.summary.find('\n') == std::string::npos);
        CHECK(scenario.summary.size() <= 160);
        CHECK(scenario.expect.verdict.has_value());
        CHECK(scenario.expect.exit.has_value());
    }
}

TEST_CASE("embedded scenarios are in order of their names")
{
    CHECK(std::ranges::is_sorted(embedded(), {}, &Embedded::name));
}

TEST_CASE("a scenario that does not exist is an error that says where to look")
{
    CHECK_THROWS_WITH_AS((void)embedded_scenario("iis-helthy"),
                         "no scenario is called 'iis-helthy' (did you mean 'iis-healthy'?): see mtls-harness list",
                         x509::ConfigError);
    CHECK_THROWS_WITH_AS((void)embedded_scenario("nonsense"), "no scenario is called 'nonsense': see mtls-harness list",
                         x509::ConfigError);
}
