#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mtls::net {

/// Hears what really went over TCP connections, as it goes.
class TrafficLog {
  public:
    struct End {
        std::string address; ///< numeric
        std::uint16_t port = 0;
    };

    TrafficLog() = default;
    TrafficLog(const TrafficLog&) = delete;
    TrafficLog& operator=(const TrafficLog&) = delete;
    virtual ~TrafficLog() = default;

    /// The number that it returns names the connection below.
    [[nodiscard]] virtual std::size_t opened(const End& local, const End& remote) = 0;
    virtual void sent(std::size_t connection, std::span<const std::uint8_t> bytes) = 0;
    virtual void received(std::size_t connection, std::span<const std::uint8_t> bytes) = 0;
    virtual void peer_closed(std::size_t connection) = 0;
    virtual void peer_reset(std::size_t connection) = 0;
    virtual void closed(std::size_t connection) = 0; ///< by us
};

} // namespace mtls::net
