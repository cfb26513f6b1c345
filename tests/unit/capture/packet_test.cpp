#include <vector>

#include <doctest/doctest.h>

#include "probe/capture/packet.hpp"

using namespace mtls;
using capture::Link;
using capture::Packet;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes operator+(Bytes left, const Bytes& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

const Bytes tcp = Bytes{0x01, 0xbb, 0xc0, 0x00, 0x11, 0x22, 0x33, 0x44, 0, 0, 0, 0, 0x50, 0x10, 0, 0, 0, 0, 0, 0} +
                  Bytes{'a', 'b', 'c'};

/// `flags` are those of the fragment field; `total` is what the header claims.
Bytes ipv4(std::uint16_t flags = 0, std::uint8_t total = 43)
{
    return Bytes{0x45,
                 0,
                 0,
                 total,
                 0,
                 1,
                 static_cast<std::uint8_t>(flags >> 8U),
                 static_cast<std::uint8_t>(flags),
                 64,
                 6,
                 0,
                 0,
                 192,
                 0,
                 2,
                 1,
                 198,
                 51,
                 100,
                 7} +
           tcp;
}

Bytes ipv6(std::uint8_t next, const Bytes& rest)
{
    Bytes packet{0x60, 0, 0, 0, 0, static_cast<std::uint8_t>(rest.size()), next, 64};
    for (int address = 1; address <= 2; ++address) {
        packet = packet + Bytes{0x20, 0x01, 0x0d, 0xb8} + Bytes(11, 0) + Bytes{static_cast<std::uint8_t>(address)};
    }
    return packet + rest;
}

const Bytes ethernet(12, 0xee);

} // namespace

TEST_CASE("a TCP segment is read behind every link header")
{
    const struct {
        Link link;
        Bytes before;
    } rows[] = {{Link::ethernet, ethernet + Bytes{8, 0}},
                {Link::ethernet, ethernet + Bytes{0x81, 0, 0, 42, 8, 0}},
                {Link::ethernet, ethernet + Bytes{0x88, 0xa8, 0, 1, 0x81, 0, 0, 42, 8, 0}},
                {Link::cooked, Bytes(14, 0) + Bytes{8, 0}},
                {Link::cooked_v2, Bytes{8, 0} + Bytes(18, 0)},
                {Link::raw_ip, {}},
                {Link::loopback, {2, 0, 0, 0}}};

    for (const auto& row : rows) {
        CAPTURE(static_cast<int>(row.link));
        const Bytes frame = row.before + ipv4();
        const Packet packet = capture::dissect(row.link, frame);

        REQUIRE(packet.kind == Packet::Kind::tcp);
        CHECK(to_string(packet.segment.from) == "192.0.2.1:443");
        CHECK(to_string(packet.segment.to) == "198.51.100.7:49152");
        CHECK(packet.segment.sequence_number == 0x11223344);
        CHECK(packet.segment.payload.size() == 3);
        CHECK(packet.segment.cut_off == 0);
    }
}

TEST_CASE("IPv6 is read, also behind extension headers")
{
    const Bytes options{6, 0, 0, 0, 0, 0, 0, 0};
    const Bytes atomic_fragment{6, 0, 0, 0, 0, 0, 0, 1};
    const Bytes fragment{6, 0, 0, 1, 0, 0, 0, 1};
    for (const Bytes& frame : {ipv6(6, tcp), ipv6(0, options + tcp), ipv6(44, atomic_fragment + tcp)}) {
        const Packet packet = capture::dissect(Link::raw_ip, frame);

        REQUIRE(packet.kind == Packet::Kind::tcp);
        CHECK(to_string(packet.segment.from) == "[2001:db8::1]:443");
        CHECK(packet.segment.payload.size() == 3);
    }
    CHECK(capture::dissect(Link::raw_ip, ipv6(44, fragment + tcp)).kind == Packet::Kind::fragment);
    CHECK(capture::dissect(Link::raw_ip, ipv6(17, tcp)).kind == Packet::Kind::other);
}

TEST_CASE("the payload is as long as the IP header says, and what was not captured is counted")
{
    const Bytes padded = ipv4() + Bytes(6, 0);
    const Bytes snapped = ipv4(0, 143);
    const Bytes offloaded = ipv4(0, 0);

    CHECK(capture::dissect(Link::raw_ip, padded).segment.payload.size() == 3);
    CHECK(capture::dissect(Link::raw_ip, snapped).segment.payload.size() == 3);
    CHECK(capture::dissect(Link::raw_ip, snapped).segment.cut_off == 100);
    CHECK(capture::dissect(Link::raw_ip, offloaded).segment.payload.size() == 3);
}

TEST_CASE("fragments of IPv4 are told apart from whole packets")
{
    CHECK(capture::dissect(Link::raw_ip, ipv4(0x2000)).kind == Packet::Kind::fragment);
    CHECK(capture::dissect(Link::raw_ip, ipv4(0x0003)).kind == Packet::Kind::fragment);
    CHECK(capture::dissect(Link::raw_ip, ipv4(0x4000)).kind == Packet::Kind::tcp);
}

TEST_CASE("a frame that is cut in its headers is none")
{
    const Bytes frame = ethernet + Bytes{8, 0} + ipv4();
    for (std::size_t size = 0; size < frame.size() - 3; ++size) {
        CAPTURE(size);
        const Bytes cut(frame.begin(), frame.begin() + static_cast<long>(size));
        CHECK(capture::dissect(Link::ethernet, cut).kind == Packet::Kind::other);
    }
}
