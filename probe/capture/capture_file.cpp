#include "probe/capture/capture_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "probe/capture/pcap_library.hpp"

namespace mtls::capture {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};

struct ClosePcap {
    void operator()(pcap_t* capture) const noexcept { pcap_library()->close(capture); }
};

using FilePtr = std::unique_ptr<std::FILE, CloseFile>;
using PcapPtr = std::unique_ptr<pcap_t, ClosePcap>;

std::optional<Link> link_of(int type)
{
    switch (type) {
    case DLT_EN10MB:
        return Link::ethernet;
    case DLT_LINUX_SLL:
        return Link::cooked;
    case DLT_LINUX_SLL2:
        return Link::cooked_v2;
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
        return Link::raw_ip;
    case DLT_NULL:
    case DLT_LOOP:
        return Link::loopback;
    default:
        return std::nullopt;
    }
}

std::string name_of(const PcapLibrary& pcap, int type)
{
    const char* name = pcap.datalink_val_to_name(type);
    return name != nullptr ? name : std::to_string(type);
}

void read_packets(const PcapLibrary& pcap, pcap_t* capture, Link link, Summary& summary, Conversations& conversations)
{
    pcap_pkthdr* header = nullptr;
    const u_char* frame = nullptr;
    int result = 0;
    while ((result = pcap.next_ex(capture, &header, &frame)) == 1) {
        ++summary.packets;
        Packet packet = dissect(link, {frame, header->caplen});
        summary.fragments += packet.kind == Packet::Kind::fragment ? 1 : 0;
        if (packet.kind == Packet::Kind::tcp) {
            ++summary.tcp_packets;
            conversations.take(packet.segment);
        }
    }
    if (result != PCAP_ERROR_BREAK) { // which is the end of the file
        summary.broken_off = pcap.geterr(capture);
    }
}

Summary read(FilePtr file, const std::function<void(Conversation)>& done)
{
    Summary summary;
    if (!file) {
        summary.problem = std::strerror(errno);
        return summary;
    }
    const PcapLibrary* const pcap = pcap_library();
    if (pcap == nullptr) {
        summary.problem = pcap_is_missing;
        return summary;
    }
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    const PcapPtr capture{pcap->fopen_offline(file.get(), error.data())};
    if (!capture) {
        summary.problem = error.data();
        return summary;
    }
    (void)file.release(); // pcap_close() closes it
    const int type = pcap->datalink(capture.get());
    summary.link = name_of(*pcap, type);
    const auto link = link_of(type);
    if (!link) {
        summary.problem = "packets of link type " + summary.link + ", which is not known here";
        return summary;
    }
    Conversations conversations{done};
    read_packets(*pcap, capture.get(), *link, summary, conversations);
    conversations.finish();
    return summary;
}

} // namespace

bool is_capture(std::span<const std::uint8_t> start)
{
    constexpr std::array<std::array<std::uint8_t, 4>, 5> marks{{{0xd4, 0xc3, 0xb2, 0xa1},
                                                                {0xa1, 0xb2, 0xc3, 0xd4},
                                                                {0x4d, 0x3c, 0xb2, 0xa1},
                                                                {0xa1, 0xb2, 0x3c, 0x4d},
                                                                {0x0a, 0x0d, 0x0d, 0x0a}}};
    return start.size() >= 4 && std::any_of(marks.begin(), marks.end(), [&](const auto& mark) {
               return std::equal(mark.begin(), mark.end(), start.begin());
           });
}

Summary read_capture(const std::filesystem::path& path, const std::function<void(Conversation)>& done)
{
    return read(FilePtr{std::fopen(path.c_str(), "rbe")}, done);
}

Summary read_capture(std::span<const std::uint8_t> file, const std::function<void(Conversation)>& done)
{
    auto* bytes = const_cast<std::uint8_t*>(file.data()); // only read
    return read(FilePtr{file.empty() ? nullptr : fmemopen(bytes, file.size(), "rb")}, done);
}

} // namespace mtls::capture
