#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

#include "probe/wire/parse_error.hpp"

namespace mtls::capture {

using wire::Bytes;

/// What stands before the IP header in a capture; the names are those of https://www.tcpdump.org/linktypes.html.
enum class Link {
    ethernet,  ///< LINKTYPE_ETHERNET, with IEEE 802.1Q tags or without
    cooked,    ///< LINKTYPE_LINUX_SLL
    cooked_v2, ///< LINKTYPE_LINUX_SLL2
    raw_ip,    ///< LINKTYPE_RAW, LINKTYPE_IPV4, LINKTYPE_IPV6
    loopback,  ///< LINKTYPE_NULL, LINKTYPE_LOOP
};

/// One end of a TCP connection.
struct Endpoint {
    std::array<std::uint8_t, 16> address{}; ///< the first four bytes of it in IPv4
    bool is_ipv6 = false;
    std::uint16_t port = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): no pointer; what the compiler makes of this line compares with 0
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

[[nodiscard]] std::string address_of(const Endpoint& endpoint); ///< numeric, without brackets
[[nodiscard]] std::string to_string(const Endpoint& endpoint);  ///< "192.0.2.1:443", "[2001:db8::1]:443"

/// RFC 9293 §3.1, what putting a stream together needs of it.
struct Segment {
    Endpoint from;
    Endpoint to;
    std::uint32_t sequence_number = 0;
    bool syn = false;
    bool ack = false;
    bool fin = false;
    Bytes payload{};         ///< borrowed from the frame
    std::size_t cut_off = 0; ///< bytes of the payload that were sent, but not captured
};

/// What a frame turned out to be.
struct Packet {
    enum class Kind {
        tcp,      ///< `segment` is set
        fragment, ///< of an IP packet: not put together here
        other,    ///< no TCP, or headers that are cut or contradict themselves
    } kind = Kind::other;
    Segment segment;
};

/// Reads the headers of one frame. Never throws; no byte outside the frame is looked at.
[[nodiscard]] Packet dissect(Link link, Bytes frame);

} // namespace mtls::capture
