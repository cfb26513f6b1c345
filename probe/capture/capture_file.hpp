#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "probe/capture/conversations.hpp"

/// Captures (pcap, pcapng) of network traffic, read offline into TCP streams. Nothing is ever captured here.
namespace mtls::capture {

/// Whether bytes begin as a pcap or pcapng file does.
[[nodiscard]] bool is_capture(std::span<const std::uint8_t> start);

/// What was read of a capture.
struct Summary {
    std::string problem; ///< why nothing could be read: no capture, an unknown link type
    std::string link;    ///< "EN10MB", libpcap's name of the link type
    std::size_t packets = 0;
    std::size_t tcp_packets = 0;
    std::size_t fragments = 0; ///< IP fragments, which are passed over
    std::string broken_off;    ///< what is wrong behind the last packet that could be read; "" if nothing
};

/// Hands each TCP connection to `done`, in any order. The size of the file does not matter.
[[nodiscard]] Summary read_capture(const std::filesystem::path& path, const std::function<void(Conversation)>& done);
[[nodiscard]] Summary read_capture(std::span<const std::uint8_t> file, const std::function<void(Conversation)>& done);

} // namespace mtls::capture
