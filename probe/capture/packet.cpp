#include "probe/capture/packet.hpp"

#include <algorithm>
#include <optional>

#include <arpa/inet.h>

#include "probe/wire/reader.hpp"

namespace mtls::capture {

namespace {

constexpr std::uint16_t ethertype_ipv4 = 0x0800;
constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
constexpr std::uint8_t protocol_tcp = 6;

/// What follows the first `count` bytes; empty if they are not there.
Bytes after(Bytes bytes, std::size_t count)
{
    return count <= bytes.size() ? bytes.subspan(count) : Bytes{};
}

template <class Number> Number number_at(Bytes bytes, std::size_t at)
{
    wire::Reader in{after(bytes, at)};
    Number value{};
    return in.number("header", value) ? value : Number{};
}

/// An IP header's addresses and what it carries.
struct Carried {
    Endpoint from;
    Endpoint to;
    std::uint8_t protocol = 0;
    bool fragment = false;
    Bytes payload{};
    std::size_t cut_off = 0;
};

Endpoint endpoint_of(Bytes address)
{
    Endpoint endpoint;
    endpoint.is_ipv6 = address.size() == endpoint.address.size();
    std::copy(address.begin(), address.end(), endpoint.address.begin());
    return endpoint;
}

/// The payload as long as the header says: Ethernet pads short frames, and a capture may hold less. A length of zero is
/// what a network card leaves that cuts packets itself.
void set_payload(Carried& carried, Bytes rest, std::size_t length)
{
    length = length == 0 ? rest.size() : length;
    carried.payload = rest.first(std::min(length, rest.size()));
    carried.cut_off = length - carried.payload.size();
}

/// RFC 791 §3.1.
std::optional<Carried> read_ipv4(Bytes packet)
{
    constexpr std::size_t shortest = 20;
    if (packet.size() < shortest) {
        return std::nullopt;
    }
    const std::size_t header = std::size_t{4} * (packet[0] & 0x0fU);
    const std::size_t total = number_at<std::uint16_t>(packet, 2);
    if (header < shortest || header > packet.size() || (total != 0 && total < header)) {
        return std::nullopt;
    }
    Carried carried;
    carried.from = endpoint_of(packet.subspan(12, 4));
    carried.to = endpoint_of(packet.subspan(16, 4));
    carried.protocol = packet[9];
    carried.fragment = (number_at<std::uint16_t>(packet, 6) & 0x3fffU) != 0; // more fragments, or an offset
    set_payload(carried, packet.subspan(header), total == 0 ? 0 : total - header);
    return carried;
}

/// RFC 8200 §4: the headers between IPv6 and TCP. False if they lead nowhere.
bool skip_extensions(Carried& carried)
{
    constexpr std::uint8_t hop_by_hop = 0;
    constexpr std::uint8_t routing = 43;
    constexpr std::uint8_t fragment = 44;
    constexpr std::uint8_t authentication = 51;
    constexpr std::uint8_t destination = 60;
    for (int header = 0; header < 8 && carried.protocol != protocol_tcp; ++header) {
        const Bytes here = carried.payload;
        if (here.size() < 8) {
            return false;
        }
        std::size_t size = 8;
        switch (carried.protocol) {
        case fragment:
            carried.fragment = (number_at<std::uint16_t>(here, 2) & 0xfff9U) != 0;
            break;
        case authentication: // RFC 4302 §2.2
            size = (std::size_t{here[1]} + 2) * 4;
            break;
        case hop_by_hop:
        case routing:
        case destination:
            size = (std::size_t{here[1]} + 1) * 8;
            break;
        default:
            return false;
        }
        if (carried.fragment || size > here.size()) {
            return carried.fragment;
        }
        carried.protocol = here[0];
        carried.payload = here.subspan(size);
    }
    return carried.protocol == protocol_tcp;
}

/// RFC 8200 §3.
std::optional<Carried> read_ipv6(Bytes packet)
{
    constexpr std::size_t header = 40;
    if (packet.size() < header) {
        return std::nullopt;
    }
    Carried carried;
    carried.from = endpoint_of(packet.subspan(8, 16));
    carried.to = endpoint_of(packet.subspan(24, 16));
    carried.protocol = packet[6];
    set_payload(carried, packet.subspan(header), number_at<std::uint16_t>(packet, 4));
    return skip_extensions(carried) ? std::optional{carried} : std::nullopt;
}

/// By the version in its first four bits.
std::optional<Carried> read_ip(Bytes packet)
{
    const unsigned version = packet.empty() ? 0 : packet[0] >> 4U;
    return version == 4 ? read_ipv4(packet) : version == 6 ? read_ipv6(packet) : std::nullopt;
}

/// What an EtherType announces, behind any VLAN tags.
std::optional<Carried> read_typed(std::uint16_t type, Bytes rest)
{
    constexpr std::array<std::uint16_t, 3> tags{0x8100, 0x88a8, 0x9100};
    for (int tag = 0; tag < 4 && std::find(tags.begin(), tags.end(), type) != tags.end(); ++tag) {
        type = number_at<std::uint16_t>(rest, 2);
        rest = after(rest, 4);
    }
    return type == ethertype_ipv4 ? read_ipv4(rest) : type == ethertype_ipv6 ? read_ipv6(rest) : std::nullopt;
}

std::optional<Carried> read_frame(Link link, Bytes frame)
{
    switch (link) {
    case Link::ethernet:
        return read_typed(number_at<std::uint16_t>(frame, 12), after(frame, 14));
    case Link::cooked:
        return read_typed(number_at<std::uint16_t>(frame, 14), after(frame, 16));
    case Link::cooked_v2:
        return read_typed(number_at<std::uint16_t>(frame, 0), after(frame, 20));
    case Link::raw_ip:
        return read_ip(frame);
    case Link::loopback: // an address family in somebody's byte order: the packet itself says it better
        return read_ip(after(frame, 4));
    }
    return std::nullopt;
}

} // namespace

std::string address_of(const Endpoint& endpoint)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(endpoint.is_ipv6 ? AF_INET6 : AF_INET, endpoint.address.data(), text.data(), text.size());
    return text.data();
}

std::string to_string(const Endpoint& endpoint)
{
    const std::string address = address_of(endpoint);
    return (endpoint.is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port);
}

Packet dissect(Link link, Bytes frame)
{
    constexpr std::size_t shortest = 20;
    const auto carried = read_frame(link, frame);
    if (!carried) {
        return {};
    }
    if (carried->fragment) {
        return {Packet::Kind::fragment, {}};
    }
    const Bytes header = carried->payload;
    const std::size_t size = header.size() < shortest ? 0 : std::size_t{4} * (header[12] >> 4U);
    if (carried->protocol != protocol_tcp || size < shortest || size > header.size()) {
        return {};
    }
    Packet packet;
    packet.kind = Packet::Kind::tcp;
    Segment& segment = packet.segment;
    segment.from = carried->from;
    segment.to = carried->to;
    segment.from.port = number_at<std::uint16_t>(header, 0);
    segment.to.port = number_at<std::uint16_t>(header, 2);
    segment.sequence_number = number_at<std::uint32_t>(header, 4);
    segment.fin = (header[13] & 0x01U) != 0;
    segment.syn = (header[13] & 0x02U) != 0;
    segment.ack = (header[13] & 0x10U) != 0;
    segment.payload = header.subspan(size);
    segment.cut_off = carried->cut_off;
    return packet;
}

} // namespace mtls::capture
