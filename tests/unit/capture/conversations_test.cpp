#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "probe/capture/conversations.hpp"

using namespace mtls;
using capture::Conversation;
using capture::Conversations;
using capture::Endpoint;
using capture::Segment;

namespace {

Endpoint endpoint(std::uint16_t port)
{
    Endpoint one;
    one.address = {127, 0, 0, 1};
    one.port = port;
    return one;
}

Segment segment(std::uint16_t from, std::uint16_t to, std::uint32_t number, std::string_view text = "")
{
    Segment one;
    one.from = endpoint(from);
    one.to = endpoint(to);
    one.sequence_number = number;
    one.ack = true;
    one.payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    return one;
}

Segment with_syn(Segment one, bool ack)
{
    one.syn = true;
    one.ack = ack;
    return one;
}

Segment with_fin(Segment one)
{
    one.fin = true;
    return one;
}

std::string text(const capture::Assembled& whole)
{
    return {whole.bytes.begin(), whole.bytes.end()};
}

} // namespace

TEST_CASE("connections are kept apart, and the one who sends the SYN is the opener")
{
    std::vector<Conversation> done;
    Conversations conversations{[&](Conversation one) { done.push_back(std::move(one)); }};
    conversations.take(with_syn(segment(443, 5000, 900), true)); // the answer was captured first
    conversations.take(with_syn(segment(5000, 443, 100), false));
    conversations.take(segment(5001, 443, 300, "other"));
    conversations.take(segment(443, 5000, 901, "world"));
    conversations.take(segment(5000, 443, 101, "hello"));
    CHECK(done.empty());
    conversations.finish();

    REQUIRE(done.size() == 2);
    CHECK(done[0].number == 0);
    CHECK(done[0].opener.port == 5000);
    CHECK(done[0].other.port == 443);
    CHECK(text(done[0].from_opener) == "hello");
    CHECK(text(done[0].from_other) == "world");
    CHECK(text(done[1].from_opener) == "other");
}

TEST_CASE("a connection is handed over as soon as both ends are closed")
{
    std::vector<Conversation> done;
    Conversations conversations{[&](Conversation one) { done.push_back(std::move(one)); }};
    conversations.take(with_syn(segment(5000, 443, 100), false));
    conversations.take(with_syn(segment(443, 5000, 900), true));
    conversations.take(with_fin(segment(5000, 443, 101, "hello")));
    conversations.take(with_fin(segment(443, 5000, 906)));
    CHECK(done.empty());
    conversations.take(segment(443, 5000, 901, "world"));

    REQUIRE(done.size() == 1);
    CHECK(text(done[0].from_other) == "world");
}

TEST_CASE("a new SYN between the same ports begins another connection, a repeated one does not")
{
    std::vector<Conversation> done;
    Conversations conversations{[&](Conversation one) { done.push_back(std::move(one)); }};
    for (const std::uint32_t number : {100U, 100U, 7000U}) {
        conversations.take(with_syn(segment(5000, 443, number), false));
        conversations.take(segment(5000, 443, number + 1, "hello"));
    }
    conversations.finish();

    REQUIRE(done.size() == 2);
    CHECK(text(done[0].from_opener) == "hello");
    CHECK(text(done[1].from_opener) == "hello");
}

TEST_CASE("so many connections are open at once, then the oldest goes")
{
    std::size_t done = 0;
    Conversations conversations{[&](const Conversation& one) { CHECK(one.number == done++); }};
    for (std::uint16_t port = 1; port <= 5000; ++port) {
        conversations.take(segment(port, 443, 1, "hello"));
    }
    CHECK(done == 5000 - 4096);
    conversations.finish();
    CHECK(done == 5000);
}
