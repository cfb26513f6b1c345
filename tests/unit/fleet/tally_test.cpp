#include "probe/fleet/tally.hpp"

#include <doctest/doctest.h>

#include "probe/fleet/progress.hpp"

using namespace mtls::fleet;
using mtls::observation::Outcome;
using mtls::verdict::Severity;
using mtls::verdict::Verdict;

namespace {

Result result(Verdict verdict, const std::string& list, std::size_t names = 0)
{
    Result one;
    one.verdict = verdict;
    one.list = list;
    one.names = names;
    return one;
}

mtls::report::Report report_of(Verdict verdict, const std::vector<Outcome>& outcomes)
{
    mtls::report::Report report;
    report.judgement.verdict = verdict;
    for (const Outcome outcome : outcomes) {
        report.facts.observations.emplace_back().outcome = outcome;
    }
    return report;
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the worst verdict of a fleet is critical, then unknown, then warning")
{
    Tally tally;
    CHECK(tally.worst() == Verdict::ok);
    tally.add(result(Verdict::warning, "none"), "a");
    CHECK(tally.worst() == Verdict::warning);
    tally.add(result(Verdict::unknown, "undetermined"), "b");
    CHECK(tally.worst() == Verdict::unknown);
    tally.add(result(Verdict::critical, "none"), "c");
    tally.add(result(Verdict::ok, "none"), "d");
    CHECK(tally.worst() == Verdict::critical);
    CHECK(tally.total() == 4);
}

TEST_CASE("the summary says which lists are how frequent, and what was found")
{
    Tally tally;
    for (int i = 0; i < 3; ++i) {
        tally.add(result(Verdict::ok, "0123456789abcdef", 12), "host" + std::to_string(i));
    }
    Result bad = result(Verdict::critical, "fedcba9876543210", 1);
    bad.findings = {{"ctl-store-lost", Severity::critical}, {"bindings-disagree", Severity::warning}};
    tally.add(bad, "");
    tally.add(result(Verdict::warning, "none"), "x\x1b[31m");

    const std::string text = tally.summary();

    CHECK(text.starts_with("5 targets: 3 ok, 1 warning, 1 critical, 0 unknown; 2 distinct lists of normal clients\n"));
    CHECK(has(text, "        3  list 0123456789abcdef, 12 names (such as host0)\n"));
    CHECK(has(text, "        1  list fedcba9876543210, 1 name\n"));
    CHECK(has(text, "        1  no certificate request (such as x\\1B[31m)\n"));
    CHECK(text.find("ctl-store-lost") < text.find("bindings-disagree"));
}

TEST_CASE("more lists than can be told apart take no more memory, and are counted")
{
    Tally tally;
    for (int i = 0; i < 10'000; ++i) {
        tally.add(result(Verdict::ok, std::to_string(i), 1), "host");
    }

    const std::string text = tally.summary();

    CHECK(has(text, "more than 4096 distinct lists"));
    CHECK(has(text, "     9990  and more: other lists\n"));
}

TEST_CASE("only a target that did nothing but time out is worth asking again")
{
    CHECK(only_timed_out(report_of(Verdict::unknown, {Outcome::timeout, Outcome::timeout})));
    CHECK_FALSE(only_timed_out(report_of(Verdict::unknown, {Outcome::timeout, Outcome::refused})));
    CHECK_FALSE(only_timed_out(report_of(Verdict::unknown, {})));
    CHECK_FALSE(only_timed_out(report_of(Verdict::critical, {Outcome::timeout})));
}

TEST_CASE("progress says how far, how fast, and how long it will take")
{
    Tally tally;
    for (int i = 0; i < 100; ++i) {
        tally.add(result(i < 90 ? Verdict::ok : Verdict::critical, "none"), "host");
    }
    Standing standing{40, 1000, std::chrono::seconds{2}};

    CHECK(progress_line(tally, standing, 79) == "100 of 1000 done, 30/s, about 0:30 left, 90 ok, 10 critical");
    CHECK(progress_line(tally, standing, 40) == "100/1000 30/s 0:30 left, 90 ok 10 crit");
    standing.of.reset();
    CHECK(progress_line(tally, standing, 79) == "100 done, 30/s, 90 ok, 10 critical");
    CHECK(progress_line(tally, standing, 30) == "100 30/s, 90 ok 10 crit");
    CHECK(progress_line(Tally{}, {0, 5, {}}, 79) == "0 of 5 done, 0.0/s");
}

TEST_CASE("the whole line of progress fits a terminal for a list of 99,999")
{
    constexpr std::size_t columns = 79;
    Tally tally;
    for (int i = 0; i < 49'999; ++i) {
        constexpr std::array verdicts{Verdict::ok, Verdict::warning, Verdict::critical, Verdict::unknown};
        tally.add(result(verdicts.at(static_cast<std::size_t>(i % 4)), "none"), "host");
    }

    const std::string slow = progress_line(tally, {0, 99'999, std::chrono::hours{9}}, columns);

    CHECK(slow == "49999/99999 1.5/s 9:00:01 left, 12500 ok 12500 warn 12500 crit 12499 unknown");
    CHECK(slow.size() <= columns);
}
