#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "probe/capture/packet.hpp"

namespace mtls::capture {

/// An endpoint from a numeric address, without its zone (%eth0); null if it is none.
[[nodiscard]] std::optional<Endpoint> endpoint_of(const std::string& address, std::uint16_t port);

/// Writes TCP connections as a pcap file (LINKTYPE_RAW) around bytes that went over them: the frames are made here, and
/// so are sequence numbers and the opening, while bytes, ends and times are those of the connection.
class CaptureWriter {
  public:
    using Time = std::chrono::system_clock::time_point;

    enum class Side { client, server };
    enum class Ending { fin, reset };

    /// Makes the file anew.
    explicit CaptureWriter(const std::filesystem::path& path);
    CaptureWriter(const CaptureWriter&) = delete;
    CaptureWriter& operator=(const CaptureWriter&) = delete;
    ~CaptureWriter();

    /// A connection that was opened; the number is for the calls below.
    [[nodiscard]] std::size_t open(const Endpoint& client, const Endpoint& server, Time at);

    void data(std::size_t connection, Side from, Bytes bytes, Time at);

    /// `from` says no more. A connection that was reset, or that the client has ended, is over.
    void end(std::size_t connection, Side from, Ending how, Time at);

    /// Why the file is not whole: it cannot be made, the disk is full. "" if nothing is wrong so far.
    [[nodiscard]] std::string problem();

  private:
    struct File;

    struct Half {
        Endpoint end;
        std::uint32_t next = 0; ///< sequence number of its next byte
        bool ended = false;
    };

    struct Connection {
        Half client;
        Half server;
    };

    void put(Half& from, const Half& to, std::uint8_t flags, Bytes payload, Time at);

    std::unique_ptr<File> file_;
    std::string problem_;
    std::unordered_map<std::size_t, Connection> open_;
    std::size_t opened_ = 0;
};

} // namespace mtls::capture
