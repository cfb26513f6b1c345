#include "probe/explain/error_summary.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace mtls;
using explain::Concerns;

namespace {

iis::ErrorLine line(std::string time, std::string client, std::string message)
{
    return {"nginx", std::move(time), std::move(client), "host/", std::move(message)};
}

constexpr const char* revoked = "client SSL certificate verify error: (23:certificate revoked)";
constexpr const char* none = "client sent no required SSL certificate";
constexpr const char* left = "peer closed connection in SSL handshake";

} // namespace

TEST_CASE("lines of an error log are grouped by what they say, those about certificates first")
{
    explain::ErrorSummary log;
    log.add(line("3", "a", left));
    log.add(line("3", "a", left));
    log.add(line("3", "a", left));
    log.add(line("4", "a", revoked));
    log.add(line("2", "b", none));
    log.add(line("1", "a", none));
    log.add(line("5", "a", "using the \"epoll\" event method"));

    CHECK(log.lines() == 7);
    CHECK(log.about(Concerns::certificate) == 3);
    CHECK(log.about(Concerns::connection) == 3);
    CHECK(log.about(Concerns::nothing) == 1);
    CHECK(log.servers() == std::vector<std::string>{"nginx"});
    const auto causes = log.causes();
    REQUIRE(causes.size() == 3);
    CHECK(causes[0].count == 2);
    CHECK(causes[0].first == "1");
    CHECK(causes[0].last == "2");
    REQUIRE(causes[0].sufferers.size() == 2);
    CHECK(causes[0].sufferers[0].url == "host/");
    CHECK(causes[1].pages.front().code == "23");
    CHECK(causes[2].concerns == Concerns::connection);
    CHECK(causes[2].sufferers.front().count == 3);
}

TEST_CASE("of an endless error log no more is kept than is useful")
{
    explain::ErrorSummary log;
    for (int each = 0; each < 12000; ++each) {
        log.add(line("1", std::to_string(each), none));
    }

    const auto causes = log.causes();
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].count == 12000);
    CHECK(causes[0].sufferers.size() == 10000);
    CHECK(causes[0].more == 2000);
}
