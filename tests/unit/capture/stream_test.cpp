#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "probe/capture/stream.hpp"

using namespace mtls;
using capture::Stream;

namespace {

wire::Bytes bytes(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text(const capture::Assembled& whole)
{
    return {whole.bytes.begin(), whole.bytes.end()};
}

struct Part {
    std::uint32_t at;
    std::string_view text;
};

capture::Assembled of_parts(const std::vector<Part>& parts, std::uint32_t first)
{
    Stream stream;
    stream.begin(first - 1);
    for (const Part& part : parts) {
        stream.add(first + part.at, bytes(part.text), 0);
    }
    return stream.assemble();
}

} // namespace

TEST_CASE("segments in any order make the same stream, also where sequence numbers wrap")
{
    std::vector<Part> parts{{0, "abc"}, {3, "def"}, {6, "g"}, {7, "hij"}};
    const auto before = [](const Part& left, const Part& right) { return left.at < right.at; };
    do {
        for (const std::uint32_t first : {1000U, 0xfffffffcU}) {
            CHECK(text(of_parts(parts, first)) == "abcdefghij");
            CHECK(of_parts(parts, first).lost == 0);
        }
    } while (std::next_permutation(parts.begin(), parts.end(), before));
}

TEST_CASE("of bytes that come twice the first count")
{
    CHECK(text(of_parts({{0, "abcd"}, {0, "XXXX"}, {2, "YYef"}, {1, "Z"}}, 7)) == "abcdef");
    CHECK(text(of_parts({{4, "efg"}, {0, "abcdXXXhi"}}, 7)) == "abcdefghi");
}

TEST_CASE("a gap ends what can be read and its size is known")
{
    const auto whole = of_parts({{0, "abc"}, {10, "k"}}, 7);
    CHECK(text(whole) == "abc");
    CHECK(whole.lost == 7);

    Stream snapped;
    snapped.begin(6);
    snapped.add(7, bytes("abc"), 20);
    CHECK(text(snapped.assemble()) == "abc");
    CHECK(snapped.assemble().lost == 20);
    snapped.add(10, bytes("defghijklmnopqrstuvw"), 0);
    CHECK(snapped.assemble().lost == 0);

    CHECK(of_parts({{5, "late"}}, 7).lost == 5);
    CHECK(text(of_parts({{5, "late"}}, 7)).empty());
}

TEST_CASE("without a SYN the stream begins with what came from furthest ahead")
{
    Stream stream;
    stream.add(1003, bytes("def"), 0);
    stream.add(1000, bytes("abc"), 0);

    CHECK(text(stream.assemble()) == "abcdef");
    CHECK_FALSE(stream.complete());
}

TEST_CASE("a stream is complete from its SYN to its FIN")
{
    Stream stream;
    stream.end(1003);
    CHECK_FALSE(stream.complete());
    stream.begin(999);
    CHECK_FALSE(stream.complete());
    CHECK(stream.assemble().lost == 3);
    stream.add(999, bytes("?"), 0); // a keep-alive
    CHECK_FALSE(stream.complete());
    stream.add(1000, bytes("abc"), 0);
    CHECK(stream.complete());
}

TEST_CASE("a stream never holds more than its limit")
{
    Stream stream;
    const std::string block(60000, 'x');
    stream.begin(0);
    for (std::uint32_t at = 1; at < 3 * capture::longest_stream; at += 60000) {
        stream.add(at, bytes(block), 0);
    }
    CHECK(stream.assemble().bytes.size() <= capture::longest_stream);

    Stream scattered;
    for (std::uint32_t at = 2'000'000; at > 0; at -= 2) {
        scattered.add(at, bytes("x"), 0);
    }
    CHECK(scattered.held() < capture::longest_stream);
}
