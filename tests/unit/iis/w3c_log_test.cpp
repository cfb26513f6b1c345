#include "probe/iis/w3c_log.hpp"

#include <doctest/doctest.h>

using namespace mtls;

namespace {

constexpr const char* line =
    "2026-11-20 08:00:09 10.0.0.5 GET /login - 443 - 10.1.0.8 curl/8.5.0 - 403 16 2148204809 453";

} // namespace

TEST_CASE("a line is read by the fields that were announced last")
{
    iis::LogReader reader;

    CHECK(!reader.read("#Fields: c-ip sc-status sc-substatus"));
    const auto first = reader.read("10.0.0.1 403 7\r");
    CHECK(!reader.read("#Fields: sc-status time cs-uri-stem sc-win32-status"));
    const auto second = reader.read("500 08:00:00 /x 50");

    REQUIRE(first);
    CHECK(first->client == "10.0.0.1");
    CHECK(first->status == 403);
    CHECK(first->substatus == 7);
    CHECK(!first->win32_status);
    REQUIRE(second);
    CHECK(second->status == 500);
    CHECK(second->time == "08:00:00");
    CHECK(second->url == "/x");
    CHECK(!second->substatus);
    CHECK(second->win32_status == 50);
    CHECK(reader.unreadable() == 0);
}

TEST_CASE("without an announcement, a line is read as IIS logs by default")
{
    const auto entry = iis::LogReader{}.read(line);
    const auto older = iis::LogReader{}.read("2012-01-01 08:00:09 10.0.0.5 GET /a - 443 - 10.1.0.8 curl/7 403 7 5 19");
    const auto tail = iis::LogReader{}.read("... 10.1.0.8 curl/8.5.0 403 16 -2146762487 453");

    REQUIRE(entry);
    CHECK(entry->time == "2026-11-20 08:00:09");
    CHECK(entry->client == "10.1.0.8");
    CHECK(entry->url == "/login");
    CHECK(entry->substatus == 16);
    CHECK(entry->win32_status == 0x800B0109);
    REQUIRE(older);
    CHECK(older->url == "/a");
    CHECK(older->win32_status == 5);
    REQUIRE(tail);
    CHECK(tail->status == 403);
    CHECK(tail->win32_status == 0x800B0109);
}

TEST_CASE("what cannot be read is counted, and what says nothing is not")
{
    iis::LogReader reader;
    for (const char* silent : {"", "   ", "#Software: IIS", "\r"}) {
        CHECK(!reader.read(silent));
    }
    CHECK(reader.unreadable() == 0);
    for (const char* odd : {"hello", "a b c d e", "2026-11-20 08:00:09 x", "1 2 3 4",
                            R"(10.0.0.1 - - "GET /" 403 208 "-" "curl/8")", R"(x 403 208 "-" 7)"}) {
        CHECK(!reader.read(odd));
    }
    CHECK(reader.unreadable() == 6);
}

TEST_CASE("a pasted line is told from other text")
{
    CHECK(iis::looks_like_log(line));
    CHECK(iis::looks_like_log("#Fields: date time\n2026"));
    CHECK(iis::looks_like_log(R"(10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" 400 237 "-" "curl/8")"));
    CHECK(!iis::looks_like_log("403 16 2148204809"));
    CHECK(!iis::looks_like_log("HTTP Error 403.16"));
    CHECK(!iis::looks_like_log(""));
}
