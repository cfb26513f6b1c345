#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using verdict::AttemptResult;
using verdict::Baseline;
using verdict::ExpectOutcome;
using verdict::Verdict;

namespace {

const char* const id = "accepted-without-certificate";

Seen asked()
{
    return Seen{tls13}.asked({issuing_ca});
}

observation::Observation redirected(Seen seen, std::string to)
{
    auto made = seen.http(302).get();
    made.http->reason = "Found";
    made.http->location = std::move(to);
    return made;
}

/// What the baseline saw of a client without a certificate.
Baseline then(const Seen& seen, AttemptResult result)
{
    return {"good.json", "2026-05-01T00:00:00Z", {seen.get()}, "/", verdict::Attempt{0, result, std::nullopt}};
}

} // namespace

TEST_CASE("a redirect for those without a certificate, and a page for those with one, is no open door")
{
    const auto run = Run{}.saw(redirected(asked(), "https://login.test/")).tries("alice", asked().sent().http(200));

    CHECK(run.severity(id) == info);
    CHECK(contains(run.text(id), "Without a certificate the server answers HTTP 302 Found to https://login.test/, with "
                                 "alice.pem HTTP 200 OK: what stands behind it may tell them apart\n"));
    CHECK(run.judged().verdict == Verdict::ok);
}

TEST_CASE("the same answer with and without makes no difference")
{
    auto with = redirected(asked().sent(), "https://www.test/");
    with.purpose = observation::Purpose::candidate;
    with.candidate = 0;
    const auto run = Run{}.saw(redirected(asked(), "https://www.test/")).holds(credential("alice")).saw(with);

    CHECK(contains(run.text(id), "The server lets clients in that have no certificate\n"));
    CHECK(Run{run}.expects(ExpectOutcome::reject).severity(id) == critical);
    with.http->location = "/app/";
    CHECK(contains(Run{}.saw(redirected(asked(), "https://www.test/")).holds(credential("alice")).saw(with).text(id),
                   "tell them apart"));
}

TEST_CASE("where a door must be shut, a redirect that others do not get leaves it open whether it is")
{
    const auto expected = [](const Run& run) { return Run{run}.expects(ExpectOutcome::reject); };
    const auto elsewhere = Run{}.saw(redirected(asked(), "https://login.test/"));
    const auto refused = expected(Run{elsewhere}.tries("mallory", asked().sent().http(403)));

    CHECK(refused.severity(id) == warning);
    CHECK(refused.judged().verdict == Verdict::unknown);
    CHECK(contains(refused.judged().summary, "Could not tell whether the door is shut"));
    CHECK(expected(elsewhere).severity(id) == critical); // nothing to compare with
    CHECK(expected(Run{elsewhere}.tries("mallory", asked().sent().http(200))).judged().verdict == Verdict::critical);
    CHECK(expected(Run{}.saw(asked().http(200)).tries("mallory", asked().sent().http(403))).severity(id) == critical);
    CHECK(expected(Run{}.saw(asked().http(404)).tries("mallory", asked().sent().http(403))).judged().verdict ==
          Verdict::unknown);
    CHECK(expected(Run{refused}.saw(asked().sni(std::nullopt).http(200))).severity(id) == critical);
}

TEST_CASE("a door that was shut when the baseline was made is a warning")
{
    const auto opened = Run{}.saw(asked().http(200)).since(then(asked().http(403), AttemptResult::rejected));

    CHECK(opened.severity(id) == warning);
    CHECK(contains(opened.text(id), "it was HTTP 403, it is HTTP 200\n"));
    CHECK(contains(opened.text(id),
                   "the baseline (good.json, made 2026-05-01T00:00:00Z): no certificate was sent; HTTP "
                   "403 Forbidden\n"));
    CHECK(Run{}.saw(asked().http(200)).since(then(asked().http(200), AttemptResult::accepted)).severity(id) == info);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).since(then(asked().http(403), AttemptResult::rejected)).severity(id) ==
          warning);
}

TEST_CASE("a door that is shut now and was not is told in a word")
{
    const auto shut = Run{}.saw(asked().http(403)).since(then(asked().http(200), AttemptResult::accepted));

    CHECK(shut.ids().empty());
    CHECK(contains(shut.judged().summary, "required, and it was not when the baseline was made"));
}

TEST_CASE("another page or way of asking is not compared with the door of the baseline")
{
    auto other_page = then(asked().http(403), AttemptResult::rejected);
    other_page.path = "/login";
    auto other_name = then(asked().sni("other.test").http(403), AttemptResult::rejected);
    auto unknown = then(asked().http(403), AttemptResult::rejected);
    unknown.without_certificate.reset();

    for (const Baseline& each : {other_page, other_name, unknown}) {
        CHECK(Run{}.saw(asked().http(200)).since(each).severity(id) == info);
    }
    CHECK(Run{}
              .saw(asked().http(200))
              .without_http()
              .since(then(asked().http(403), AttemptResult::rejected))
              .severity(id) == info);
}
