#include "probe/fleet/schedule.hpp"

#include <map>
#include <set>

#include <doctest/doctest.h>

using mtls::fleet::back_off;
using mtls::fleet::Job;
using mtls::fleet::Schedule;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Schedule::Time noon{std::chrono::hours{12}};

Job job(const std::string& host, std::size_t connections = 1)
{
    Job one;
    one.host = host;
    one.connections = connections;
    return one;
}

/// Hosts of those that may start now, in order.
std::vector<Job> started(Schedule& schedule, Schedule::Time now)
{
    std::vector<Job> jobs;
    while (auto one = schedule.next(now)) {
        jobs.push_back(std::move(*one));
    }
    return jobs;
}

} // namespace

TEST_CASE("no more connections are open than the limit says")
{
    Schedule schedule{{.connections = 10}};
    for (int i = 0; i < 5; ++i) {
        schedule.add(job("host" + std::to_string(i), 4));
    }

    const auto first = started(schedule, noon);
    CHECK(first.size() == 2);

    schedule.finished(first[0]);
    CHECK(started(schedule, noon).size() == 1);
}

TEST_CASE("a target that needs more connections than there are is asked alone")
{
    Schedule schedule{{.connections = 2}};
    schedule.add(job("wide", 4));
    schedule.add(job("other", 1));

    const auto first = started(schedule, noon);

    REQUIRE(first.size() == 1);
    CHECK(first[0].host == "wide");
}

TEST_CASE("a busy host does not hold up the others")
{
    Schedule schedule{{.connections = 100, .per_host = 2}};
    for (int i = 0; i < 5; ++i) {
        schedule.add(job("busy"));
    }
    schedule.add(job("other"));

    const auto first = started(schedule, noon);

    std::multiset<std::string> hosts;
    for (const auto& one : first) {
        hosts.insert(one.host);
    }
    CHECK(hosts == std::multiset<std::string>{"busy", "busy", "other"});

    schedule.finished(first[0]);
    CHECK(started(schedule, noon).size() == 1);
}

TEST_CASE("every target is started once, whatever the limits")
{
    Schedule schedule{{.connections = 7, .per_host = 3, .rate = 100, .waiting = 20}};
    constexpr int all = 200;
    int added = 0;
    std::map<std::uint64_t, int> seen;
    std::vector<Job> running;
    Schedule::Time now = noon;
    for (int turn = 0; turn < 10'000 && (added < all || !schedule.empty() || !running.empty()); ++turn) {
        while (added < all && schedule.wants_more()) {
            Job one = job("host" + std::to_string(added % 4), 1 + static_cast<std::size_t>(added % 3));
            one.line.key = static_cast<std::uint64_t>(added++);
            schedule.add(std::move(one));
        }
        std::size_t open = 0;
        for (Job& one : started(schedule, now)) {
            ++seen[one.line.key];
            running.push_back(std::move(one));
        }
        for (const Job& one : running) {
            open += one.connections;
        }
        CHECK(open <= 7);
        if (!running.empty()) {
            schedule.finished(running.front());
            running.erase(running.begin());
        }
        now += milliseconds{5};
    }

    CHECK(seen.size() == all);
    for (const auto& [key, times] : seen) {
        CHECK(times == 1);
    }
}

TEST_CASE("only as much of a list is read as may wait")
{
    Schedule schedule{{.connections = 100, .per_host = 1, .waiting = 10}};
    int read = 0;
    while (schedule.wants_more() && read < 1000) {
        schedule.add(job("same"));
        ++read;
        (void)started(schedule, noon);
    }

    CHECK(read == 11); // one is under way
}

TEST_CASE("targets start at the rate, evenly")
{
    Schedule schedule{{.connections = 1000, .per_host = 1000, .rate = 10}};
    for (int i = 0; i < 100; ++i) {
        schedule.add(job("host"));
    }

    CHECK(started(schedule, noon).size() == 1);
    CHECK(schedule.wakes() == noon + milliseconds{100});
    CHECK(started(schedule, noon + milliseconds{99}).empty());
    CHECK(started(schedule, noon + milliseconds{100}).size() == 1);
    CHECK(started(schedule, noon + milliseconds{199}).empty());
}

TEST_CASE("what a pause has missed is not made up for in a burst")
{
    Schedule schedule{{.connections = 1000, .per_host = 1000, .rate = 10}};
    for (int i = 0; i < 100; ++i) {
        schedule.add(job("host"));
    }
    (void)started(schedule, noon);

    CHECK(started(schedule, noon + seconds{5}).size() == 1);
}

TEST_CASE("a late timer does not lower the rate")
{
    Schedule schedule{{.connections = 10'000, .per_host = 10'000, .rate = 1000}};
    for (int i = 0; i < 2000; ++i) {
        schedule.add(job("host"));
    }
    std::size_t count = 0;
    for (auto now = noon; now < noon + seconds{1}; now += milliseconds{7}) {
        count += started(schedule, now).size();
    }

    CHECK(count >= 990);
    CHECK(count <= 1001);
}

TEST_CASE("a target that is to be asked again waits for its time")
{
    Schedule schedule{{.connections = 10}};
    schedule.add_later(job("host"), noon + seconds{2});

    CHECK_FALSE(schedule.empty());
    CHECK(started(schedule, noon).empty());
    CHECK(schedule.wakes() == noon + seconds{2});
    CHECK(started(schedule, noon + seconds{2}).size() == 1);
    CHECK(schedule.empty());
}

TEST_CASE("backing off doubles, up to a minute, a little different for each target")
{
    std::set<milliseconds::rep> delays;
    for (std::uint64_t key = 0; key < 100; ++key) {
        CHECK(back_off(0, key) >= milliseconds{750});
        CHECK(back_off(0, key) <= milliseconds{1250});
        CHECK(back_off(3, key) >= milliseconds{6000});
        CHECK(back_off(3, key) <= milliseconds{10'000});
        CHECK(back_off(1000, key) <= milliseconds{75'000});
        delays.insert(back_off(0, key).count());
    }
    CHECK(delays.size() > 10);
}
