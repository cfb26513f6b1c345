#include <fstream>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>

#include "probe/capture/capture_file.hpp"

using namespace mtls;
using capture::Conversation;

namespace {

const std::string folder = TESTS_DATA "/captures/";

std::vector<std::uint8_t> contents(const std::string& name)
{
    std::ifstream file{folder + name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

TEST_CASE("a capture is the same from a file and from memory")
{
    for (const char* name : {"openssl-1.2.pcap", "gnutls-ipv6.pcapng", "nginx-cooked-v2.pcap"}) {
        CAPTURE(name);
        std::vector<Conversation> from_file;
        std::vector<Conversation> from_memory;
        const auto bytes = contents(name);
        REQUIRE(capture::is_capture(bytes));
        const auto summary = capture::read_capture(std::filesystem::path{folder + name},
                                                   [&](Conversation one) { from_file.push_back(std::move(one)); });
        (void)capture::read_capture(bytes, [&](Conversation one) { from_memory.push_back(std::move(one)); });

        CHECK(summary.problem.empty());
        CHECK(summary.broken_off.empty());
        CHECK(summary.packets == summary.tcp_packets);
        REQUIRE(from_file.size() == from_memory.size());
        REQUIRE(!from_file.empty());
        for (std::size_t i = 0; i < from_file.size(); ++i) {
            CHECK(from_file[i].from_other.bytes == from_memory[i].from_other.bytes);
            CHECK(from_file[i].from_opener.bytes == from_memory[i].from_opener.bytes);
            CHECK(from_file[i].from_other.lost == 0);
        }
    }
}

TEST_CASE("what is no capture, or ends too early, is a problem and no crash")
{
    const auto ignore = [](const Conversation&) {};
    const auto whole = contents("openssl-1.2.pcap");
    const std::vector<std::uint8_t> text{'h', 'e', 'l', 'l', 'o'};

    CHECK_FALSE(capture::is_capture(text));
    CHECK_FALSE(capture::read_capture(text, ignore).problem.empty());
    CHECK_FALSE(capture::read_capture(std::span<const std::uint8_t>{}, ignore).problem.empty());
    CHECK_FALSE(capture::read_capture(std::filesystem::path{folder + "missing"}, ignore).problem.empty());
    for (std::size_t size = 24; size < whole.size(); size += 13) {
        const auto cut = capture::read_capture(std::span{whole}.first(size), ignore);
        CHECK(cut.problem.empty());
        CHECK(cut.packets <= 12);
    }
}
