#include "probe/verdict/ways_to_present.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using verdict::AttemptResult;
using verdict::ExpectOutcome;

namespace {

Seen asked(wire::ProtocolVersion version)
{
    return Seen{version}.asked({issuing_ca});
}

Seen shown_to(Seen seen, std::size_t candidate)
{
    return seen.candidate(candidate).sent();
}

} // namespace

TEST_CASE("only to see whether the door is shut is a candidate presented in every way that got an answer")
{
    auto again = asked(tls12).http(403).get();
    again.list_only = true;
    again.variant.sni = "read.again";
    const std::vector<observation::Observation> seen{
        asked(tls12).http(403).get(),
        asked(tls13).http(403).get(),
        asked(tls13).http(403).get(), // asked twice
        asked(tls12).sni(std::nullopt).http(403).get(),
        Seen{tls13}.sni(std::nullopt).no_server_hello("reset").ended(observation::Outcome::reset).get(),
        asked(tls12).address("127.0.0.2").http(403).get(),
        again,
    };

    const auto ways = [&](ExpectOutcome expected) { return ways_to_present(seen, "server.test", expected); };

    CHECK(ways(ExpectOutcome::unset) == std::vector{seen[1].variant});
    CHECK(ways(ExpectOutcome::accept) == std::vector{seen[1].variant});
    CHECK(ways(ExpectOutcome::reject) ==
          std::vector{seen[1].variant, seen[0].variant, seen[3].variant, seen[5].variant});
    CHECK(ways_to_present({seen[4]}, "server.test", ExpectOutcome::reject).empty());
}

TEST_CASE("under reject the attempt counts that leaves most doubt, else the last")
{
    const auto refused = [] { return shown_to(asked(tls13), 0).http(403); };
    const auto accepted = [] { return shown_to(asked(tls12), 0).http(200); };
    const auto open = [] { return shown_to(asked(tls12), 0).http(500); };
    const auto unseen = [] { return Seen{tls13}.candidate(0).http_requested().ended(observation::Outcome::reset); };
    const auto unasked = [] { return Seen{tls12}.candidate(0).http(200); };

    struct Row {
        const char* what;
        std::vector<Seen> attempts;
        ExpectOutcome expected;
        std::size_t counts;
        AttemptResult result;
    };

    const Row rows[] = {
        {"accepted", {refused(), accepted(), open(), refused()}, ExpectOutcome::reject, 1, AttemptResult::accepted},
        {"undetermined", {refused(), open(), refused()}, ExpectOutcome::reject, 1, AttemptResult::undetermined},
        {"refused unseen", {unseen(), refused(), unseen()}, ExpectOutcome::reject, 1, AttemptResult::rejected},
        {"not asked for", {unasked(), unseen()}, ExpectOutcome::reject, 1, AttemptResult::rejected},
        {"the first of equals", {refused(), refused()}, ExpectOutcome::reject, 0, AttemptResult::rejected},
        {"accept", {accepted(), refused()}, ExpectOutcome::accept, 1, AttemptResult::rejected},
        {"no wish", {accepted(), open()}, ExpectOutcome::unset, 1, AttemptResult::undetermined},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        std::vector<observation::Observation> seen;
        for (const Seen& each : row.attempts) {
            seen.push_back(each.get());
        }

        const auto attempt = verdict::attempt_that_counts(0, seen, row.expected);

        REQUIRE(attempt);
        CHECK(attempt->observation == row.counts);
        CHECK(attempt->result == row.result);
        CHECK_FALSE(verdict::attempt_that_counts(1, seen, row.expected));
    }
}

TEST_CASE("where TLS 1.3 does not tell whether a certificate was taken, a version below it may")
{
    const auto open = shown_to(asked(tls13), 0).settled().get();
    const auto below = asked(tls12).settled().get();
    const auto way = [](const std::vector<observation::Observation>& seen) {
        return verdict::way_that_may_tell(0, seen, "server.test");
    };

    CHECK(way({asked(tls13).settled().get(), below, open}) == below.variant);
    CHECK_FALSE(way({asked(tls13).settled().get(), open}));
    CHECK_FALSE(way({asked(tls13).settled().get(), asked(tls12).sni(std::nullopt).get(), open}));
    CHECK_FALSE(way({asked(tls13).settled().get(), Seen{tls12}.settled().get(), open})); // it does not ask
    CHECK_FALSE(way({asked(tls13).http(403).get(), below, shown_to(asked(tls13), 0).http(503).get()}));
    CHECK_FALSE(way({asked(tls13).http(403).get(), below, shown_to(asked(tls13), 0).http(200).get()}));
    CHECK_FALSE(way({asked(tls13).settled().get(), below, open, shown_to(asked(tls12), 0).settled().get()}));
    CHECK_FALSE(way(
        {asked(tls13).settled().get(), below, shown_to(asked(tls13), 0).ended(observation::Outcome::timeout).get()}));
}

TEST_CASE("what TLS 1.2 tells counts where TLS 1.3 does not, and of repeats the worst")
{
    const auto counts = [](const std::vector<Seen>& attempts) {
        std::vector<observation::Observation> seen;
        for (const Seen& each : attempts) {
            seen.push_back(each.get());
        }
        return verdict::attempt_that_counts(0, seen, ExpectOutcome::unset)->observation;
    };
    const auto open13 = shown_to(asked(tls13), 0).settled();
    const auto in12 = shown_to(asked(tls12), 0).settled();
    const auto refused12 = shown_to(asked(tls12), 0).http(403);
    const auto unasked12 = Seen{tls12}.candidate(0).http(200);

    CHECK(counts({open13, in12}) == 1);
    CHECK(counts({open13, refused12}) == 1);
    CHECK(counts({open13, unasked12}) == 0);
    CHECK(counts({in12, refused12, in12}) == 1);
    CHECK(counts({refused12, in12, refused12}) == 0);
    CHECK(counts({in12, unasked12}) == 1); // whose owner is a stranger there
    CHECK(counts({unasked12, in12}) == 0);
    CHECK(counts({unasked12, shown_to(asked(tls12), 0).http(500)}) == 1);
}

TEST_CASE("a wrong certificate that gets in by address alone is no shut door")
{
    const auto judged = Run{}
                            .expects(ExpectOutcome::reject)
                            .saw(asked(tls13).http(403))
                            .tries("mallory", shown_to(asked(tls13), 0).http(403))
                            .saw(shown_to(asked(tls13).sni(std::nullopt), 0).http(200))
                            .facts();

    REQUIRE(judged.candidates[0].attempt);
    CHECK(judged.candidates[0].attempt->observation == 2);
    CHECK(verdict::judge(judged).verdict == verdict::Verdict::critical);
}
