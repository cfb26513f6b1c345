#include "probe/explain/log_summary.hpp"

#include <doctest/doctest.h>

using namespace mtls;

namespace {

explain::LogSummary summary(const std::vector<iis::LogEntry>& entries)
{
    explain::LogSummary all;
    for (const iis::LogEntry& entry : entries) {
        all.add(entry);
    }
    return all;
}

} // namespace

TEST_CASE("failures of a log are grouped by cause, client and URL, and successes only counted")
{
    const auto log = summary({{"1", "a", "/", 403, 7, 5},
                              {"3", "a", "/", 403, 7, 5},
                              {"2", "b", "/", 403, 7, 5},
                              {"4", "a", "/", 403, 16, 2148204809},
                              {"5", "a", "/", 200, 0, 0}});

    CHECK(log.requests() == 5);
    CHECK(log.failures() == 4);
    const auto causes = log.causes();
    REQUIRE(causes.size() == 2);
    CHECK(causes[0].substatus == 7);
    CHECK(causes[0].count == 3);
    CHECK(causes[0].first == "1");
    CHECK(causes[0].last == "3");
    REQUIRE(causes[0].sufferers.size() == 2);
    CHECK(causes[0].sufferers[0].client == "a");
    CHECK(causes[0].sufferers[0].count == 2);
    REQUIRE(causes[1].pages.size() == 2);
    CHECK(causes[1].pages[0].code == "403.16");
    CHECK(causes[1].pages[1].code == "0x800B0109");
}

TEST_CASE("what concerns client certificates comes before what is more frequent")
{
    const auto causes = summary({{"1", "a", "/x", 404, 0, 2},
                                 {"2", "a", "/x", 404, 0, 2},
                                 {"2", "a", "/x", 404, 0, 2},
                                 {"4", "a", "/", 403, 14, 0},
                                 {"5", "a", "/", 403, 14, 0},
                                 {"3", "a", "/", 403, 7, 5}})
                            .causes();

    REQUIRE(causes.size() == 3);
    CHECK(causes[0].substatus == 7);
    CHECK(causes[1].pages.empty());
    CHECK(causes[2].substatus == 14);
}

TEST_CASE("a log of endless addresses does not fill the memory")
{
    explain::LogSummary log;
    for (int each = 0; each < 10100; ++each) {
        log.add({"1", std::to_string(each), "/", 403, 7, 5});
    }

    const auto causes = log.causes();

    REQUIRE(causes.size() == 1);
    CHECK(causes[0].count == 10100);
    CHECK(causes[0].sufferers.size() == 10000);
    CHECK(causes[0].more == 100);
}

TEST_CASE("a log of endless codes does not fill the memory either")
{
    explain::LogSummary log;
    for (int each = 0; each < 5000; ++each) {
        log.add({"1", "a", std::string(5000, 'u'), 403, each, static_cast<std::uint32_t>(each)});
    }

    const auto causes = log.causes();

    CHECK(causes.size() == 1001);
    CHECK(log.failures() == 5000);
    CHECK(causes.front().sufferers.front().url.size() == 2048);
}

TEST_CASE("a status in a log of nginx or Apache is not explained in the words of IIS")
{
    iis::LogEntry entry{"1", "a", "/", 403, std::nullopt, std::nullopt};
    const auto windows = summary({entry}).causes();
    entry.common = true;
    const auto common = summary({entry}).causes();

    REQUIRE(common.front().pages.size() == 1);
    CHECK(common.front().pages.front().meaning.find("substatus") == std::string::npos);
    CHECK(common.front().pages.front().next.front().text.find("AH01630") != std::string::npos);
    CHECK(windows.front().pages.front().meaning.find("403.7") != std::string::npos);
}

TEST_CASE("whatever its substatus, 413 is about asking late as well")
{
    const auto causes = summary({{"1", "a", "/", 413, 1, 0}}).causes();

    REQUIRE(causes.front().pages.size() == 1);
    CHECK(causes.front().pages.front().code == "413");
}
