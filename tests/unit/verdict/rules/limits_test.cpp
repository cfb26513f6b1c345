#include <chrono>

#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using std::chrono::days;
using std::chrono::milliseconds;
using verdict::Limits;

namespace {

Limits days_left(std::optional<days> warning, std::optional<days> critical)
{
    return {.warning = {.days_left = warning, .duration = {}}, .critical = {.days_left = critical, .duration = {}}};
}

Limits duration(std::optional<milliseconds> warning, std::optional<milliseconds> critical)
{
    return {.warning = {.days_left = {}, .duration = warning}, .critical = {.days_left = {}, .duration = critical}};
}

/// A run whose candidate has 30 days left.
Run with_candidate(const Limits& limits)
{
    const auto asked = Seen{tls13}.asked({issuing_ca});
    return Run{}.saw(Seen{asked}.http(403)).tries("soon", Seen{asked}.sent().http(200)).within(limits, {});
}

/// A run that saw a server certificate with 30 days left, behind one with many more.
Run with_server(const Limits& limits)
{
    auto first = Seen{tls13}.asked({issuing_ca}).http(403).get();
    auto second = Seen{tls12}.asked({issuing_ca}).http(403).get();
    first.server_certificates = {certificate("server")};
    second.server_certificates = {certificate("soon"), certificate("server")};
    return Run{}.saw(first).saw(second).within(limits, {});
}

} // namespace

TEST_CASE("-w and -c move the days that a candidate must have left")
{
    const char* id = "certificate-expires-soon";

    CHECK(with_candidate({}).severity(id) == warning);
    CHECK(with_candidate(days_left(days{29}, {})).severity(id) == absent);
    CHECK(with_candidate(days_left(days{40}, days{29})).severity(id) == warning);
    CHECK(with_candidate(days_left(days{40}, days{30})).severity(id) == critical);
    CHECK(with_candidate(days_left({}, days{30})).severity(id) == critical);
    CHECK(contains(with_candidate({}).text(id), "expires in 30 days: soon.pem"));
    CHECK(contains(with_candidate(days_left(days{40}, days{30})).text(id), "-c asks for more than 30 days"));
}

TEST_CASE("the server certificate that expires first is held against the limits, if there are any")
{
    const char* id = "server-certificate-expires-soon";

    CHECK(with_server({}).severity(id) == absent);
    CHECK(with_server(days_left(days{29}, {})).severity(id) == absent);
    CHECK(with_server(days_left(days{30}, days{7})).severity(id) == warning);
    CHECK(with_server(days_left(days{40}, days{30})).severity(id) == critical);
    CHECK(contains(with_server(days_left(days{30}, {})).text(id), "observation 1"));
    CHECK(contains(with_server(days_left(days{30}, {})).text(id), "expires in 30 days"));
}

TEST_CASE("a server certificate that has expired is worse than any limit")
{
    auto seen = Seen{tls13}.asked({issuing_ca}).http(403).get();
    seen.server_certificates = {certificate("expired")};
    const auto run = Run{}.saw(seen).within(days_left(days{1}, days{0}), {});

    CHECK(run.severity("server-certificate-expires-soon") == critical);
    CHECK(contains(run.text("server-certificate-expires-soon"), "expired 3 days ago"));
}

TEST_CASE("a probe is slow when it took longer than its limit")
{
    const char* id = "probe-slow";
    const auto took = [](const Limits& limits) {
        return Run{}.saw(Seen{tls13}.asked({issuing_ca}).http(403)).within(limits, milliseconds{2500});
    };

    CHECK(took({}).severity(id) == absent);
    CHECK(took(duration(milliseconds{2500}, {})).severity(id) == absent);
    CHECK(took(duration(milliseconds{2000}, milliseconds{3000})).severity(id) == warning);
    CHECK(took(duration(milliseconds{1000}, milliseconds{2000})).severity(id) == critical);
    CHECK(contains(took(duration(milliseconds{2000}, {})).text(id), "took 2.50 s"));
}

TEST_CASE("probe-slow cites the slowest connection")
{
    auto quick = Seen{tls13}.asked({issuing_ca}).http(403).get();
    auto slow = Seen{tls12}.asked({issuing_ca}).http(403).get();
    quick.duration_ms = 20;
    slow.duration_ms = 2400;
    const auto run = Run{}.saw(quick).saw(slow).saw(quick).within(duration(milliseconds{2000}, {}), milliseconds{2500});

    CHECK(contains(run.text("probe-slow"), "the slowest connection: observation 1 (127.0.0.1:8443, SNI server.test, "
                                           "TLS 1.2), 2.40 s"));
}
