#include "probe/capture/capture_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <arpa/inet.h>

#include "probe/capture/pcap_library.hpp"

namespace mtls::capture {

namespace {

// RFC 9293 §3.1
constexpr std::uint8_t fin = 0x01;
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t rst = 0x04;
constexpr std::uint8_t psh = 0x08;
constexpr std::uint8_t ack = 0x10;
constexpr std::uint8_t tcp = 6;
constexpr std::size_t most_payload = 1400;

using Buffer = std::vector<std::uint8_t>;

void append(Buffer& into, std::uint32_t value, std::size_t width)
{
    while (width-- > 0) {
        into.push_back(static_cast<std::uint8_t>(value >> 8U * width));
    }
}

void append(Buffer& into, Bytes bytes)
{
    into.insert(into.end(), bytes.begin(), bytes.end());
}

Bytes address_bytes(const Endpoint& end)
{
    return Bytes{end.address}.first(end.is_ipv6 ? 16 : 4);
}

/// RFC 1071 §1.
std::uint16_t checksum(Bytes bytes)
{
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        sum += at % 2 == 0 ? std::uint32_t{bytes[at]} << 8U : bytes[at];
    }
    while (sum >> 16U != 0) {
        sum = (sum & 0xffffU) + (sum >> 16U);
    }
    return static_cast<std::uint16_t>(~sum);
}

void set(Buffer& into, std::size_t at, std::uint16_t value)
{
    into[at] = static_cast<std::uint8_t>(value >> 8U);
    into[at + 1] = static_cast<std::uint8_t>(value);
}

Buffer ip_header(const Endpoint& from, const Endpoint& to, std::size_t size)
{
    Buffer header;
    if (from.is_ipv6) { // RFC 8200 §3
        append(header, 0x60000000, 4);
        append(header, static_cast<std::uint32_t>(size), 2);
        append(header, tcp, 1);
        append(header, 64, 1);
    } else { // RFC 791 §3.1
        append(header, 0x4500, 2);
        append(header, static_cast<std::uint32_t>(size + 20), 2);
        append(header, 0x00004000, 4); // don't fragment
        append(header, 64, 1);
        append(header, tcp, 1);
        append(header, 0, 2);
    }
    append(header, address_bytes(from));
    append(header, address_bytes(to));
    if (!from.is_ipv6) {
        set(header, 10, checksum(header));
    }
    return header;
}

/// RFC 9293 §3.1: over the addresses, too.
std::uint16_t tcp_checksum(const Endpoint& from, const Endpoint& to, const Buffer& segment)
{
    Buffer all;
    append(all, address_bytes(from));
    append(all, address_bytes(to));
    append(all, static_cast<std::uint32_t>(segment.size()), 4);
    append(all, tcp, 4);
    append(all, segment);
    return checksum(all);
}

} // namespace

std::optional<Endpoint> endpoint_of(const std::string& address, std::uint16_t port)
{
    Endpoint end;
    end.port = port;
    end.is_ipv6 = address.find(':') != std::string::npos;
    const std::string number = address.substr(0, address.find('%')); // RFC 4007 §11: a zone never leaves the machine
    const bool read = inet_pton(end.is_ipv6 ? AF_INET6 : AF_INET, number.c_str(), end.address.data()) == 1;
    return read ? std::optional{end} : std::nullopt;
}

struct CaptureWriter::File {
    struct ClosePcap {
        void operator()(pcap_t* capture) const noexcept { pcap_library()->close(capture); }
    };

    struct CloseDump {
        void operator()(pcap_dumper_t* dumper) const noexcept { pcap_library()->dump_close(dumper); }
    };

    std::unique_ptr<pcap_t, ClosePcap> format;
    std::unique_ptr<pcap_dumper_t, CloseDump> dump;
};

CaptureWriter::CaptureWriter(const std::filesystem::path& path) : file_{std::make_unique<File>()}
{
    constexpr int longest_packet = 65535;
    const PcapLibrary* const pcap = pcap_library();
    if (pcap == nullptr) {
        problem_ = pcap_is_missing;
        return;
    }
    file_->format.reset(pcap->open_dead(DLT_RAW, longest_packet));
    file_->dump.reset(file_->format ? pcap->dump_open(file_->format.get(), path.c_str()) : nullptr);
    if (!file_->dump) {
        problem_ = std::strerror(errno);
    }
}

CaptureWriter::~CaptureWriter() = default;

void CaptureWriter::put(Half& from, const Half& to, std::uint8_t flags, Bytes payload, Time at)
{
    Buffer segment;
    append(segment, from.end.port, 2);
    append(segment, to.end.port, 2);
    append(segment, from.next, 4);
    append(segment, (flags & ack) != 0 ? to.next : 0, 4);
    append(segment, 0x50, 1); // five words
    append(segment, flags, 1);
    append(segment, 0xffff, 2);
    append(segment, 0, 4);
    append(segment, payload);
    set(segment, 16, tcp_checksum(from.end, to.end, segment));
    Buffer packet = ip_header(from.end, to.end, segment.size());
    append(packet, segment);
    from.next += static_cast<std::uint32_t>(payload.size() + ((flags & (syn | fin)) != 0 ? 1U : 0U));

    if (!file_->dump) {
        return;
    }
    using std::chrono::microseconds;
    using std::chrono::seconds;
    const auto since = at.time_since_epoch();
    pcap_pkthdr header{};
    header.ts.tv_sec = std::chrono::floor<seconds>(since).count();
    header.ts.tv_usec = std::chrono::floor<microseconds>(since - std::chrono::floor<seconds>(since)).count();
    header.caplen = static_cast<bpf_u_int32>(packet.size());
    header.len = header.caplen;
    const PcapLibrary& pcap = *pcap_library();
    pcap.dump(reinterpret_cast<u_char*>(file_->dump.get()), &header, packet.data());
    // libpcap does not tell, and a later flush of what is left may well succeed.
    if (problem_.empty() && std::ferror(pcap.dump_file(file_->dump.get())) != 0) {
        problem_ = std::strerror(errno);
    }
}

std::size_t CaptureWriter::open(const Endpoint& client, const Endpoint& server, Time at)
{
    Connection& one = open_[opened_];
    one.client.end = client;
    one.server.end = server;
    put(one.client, one.server, syn, {}, at);
    put(one.server, one.client, syn | ack, {}, at);
    put(one.client, one.server, ack, {}, at);
    return opened_++;
}

void CaptureWriter::data(std::size_t connection, Side side, Bytes bytes, Time at)
{
    const auto found = open_.find(connection);
    if (found == open_.end()) {
        return;
    }
    Connection& one = found->second;
    Half& from = side == Side::client ? one.client : one.server;
    const Half& to = side == Side::client ? one.server : one.client;
    for (std::size_t start = 0; start < bytes.size() && !from.ended; start += most_payload) {
        put(from, to, psh | ack, bytes.subspan(start, std::min(most_payload, bytes.size() - start)), at);
    }
}

void CaptureWriter::end(std::size_t connection, Side side, Ending how, Time at)
{
    const auto found = open_.find(connection);
    if (found == open_.end()) {
        return;
    }
    Connection& one = found->second;
    Half& from = side == Side::client ? one.client : one.server;
    const Half& to = side == Side::client ? one.server : one.client;
    if (!from.ended) {
        put(from, to, how == Ending::fin ? fin | ack : rst | ack, {}, at);
    }
    from.ended = true;
    if (how == Ending::reset || side == Side::client) {
        open_.erase(found);
    }
}

std::string CaptureWriter::problem()
{
    if (problem_.empty() && file_->dump && pcap_library()->dump_flush(file_->dump.get()) != 0) {
        problem_ = std::strerror(errno);
    }
    return problem_;
}

} // namespace mtls::capture
