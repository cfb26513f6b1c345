#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "probe/capture/capture_file.hpp"
#include "probe/capture/capture_writer.hpp"

using namespace mtls;
using capture::CaptureWriter;
using capture::Conversation;
using Side = CaptureWriter::Side;
using Ending = CaptureWriter::Ending;

namespace {

/// A file of its own, gone at the end.
struct Temporary {
    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 ("mtls-capture-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));

    ~Temporary() { std::filesystem::remove(path); }
};

const std::vector<std::uint8_t> request(5000, 'q');
const std::vector<std::uint8_t> answer(100, 'a');

} // namespace

TEST_CASE("what is written is read back, from IPv4 and from IPv6")
{
    for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
        CAPTURE(address);
        const Temporary file;
        {
            CaptureWriter writer{file.path};
            const auto now = CaptureWriter::Time::clock::now();
            const auto client = capture::endpoint_of(address, 50000);
            const auto server = capture::endpoint_of(address, 443);
            REQUIRE(client);
            const auto one = writer.open(*client, *server, now);
            writer.data(one, Side::client, request, now);
            writer.data(one, Side::server, answer, now);
            writer.end(one, Side::server, Ending::fin, now);
            writer.data(one, Side::server, answer, now); // behind its end: not written
            writer.end(one, Side::client, Ending::fin, now);
            CHECK(writer.problem().empty());
        }

        std::vector<Conversation> read;
        const auto summary =
            capture::read_capture(file.path, [&](Conversation each) { read.push_back(std::move(each)); });

        CHECK(summary.packets == 3 + 4 + 1 + 2);
        CHECK(summary.tcp_packets == summary.packets);
        REQUIRE(read.size() == 1);
        CHECK(address_of(read[0].opener) == address);
        CHECK(read[0].opener.port == 50000);
        CHECK(read[0].from_opener.bytes == request);
        CHECK(read[0].from_other.bytes == answer);
        CHECK(read[0].from_opener.lost + read[0].from_other.lost == 0);
    }
}

TEST_CASE("nothing follows a reset")
{
    const Temporary file;
    {
        CaptureWriter writer{file.path};
        const auto now = CaptureWriter::Time::clock::now();
        const auto end = capture::endpoint_of("127.0.0.1", 1).value();
        const auto one = writer.open(end, end, now);
        writer.end(one, Side::server, Ending::reset, now);
        writer.data(one, Side::client, answer, now);
        writer.end(one, Side::client, Ending::fin, now);
    }
    CHECK(capture::read_capture(file.path, [](const Conversation&) {}).packets == 4);
}

TEST_CASE("a capture that cannot be made says why, and is then harmless")
{
    CaptureWriter writer{"/nonexistent/file"};
    const auto end = capture::endpoint_of("127.0.0.1", 1).value();
    writer.data(writer.open(end, end, {}), Side::client, answer, {});

    CHECK(writer.problem() == "No such file or directory");
    CHECK(!capture::endpoint_of("example.test", 1));
    CHECK(capture::endpoint_of("fe80::1%eth0", 1)->address == capture::endpoint_of("fe80::1", 1)->address);
}
