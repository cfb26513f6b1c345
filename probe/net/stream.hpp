#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include "probe/net/traffic.hpp"

namespace mtls::net {

using Deadline = std::chrono::steady_clock::time_point;

/// How a step on a connection ended. A peer's behaviour is a value, not an exception.
enum class IoStatus {
    ok,
    closed,      ///< FIN: the peer writes no more
    reset,       ///< RST, or a write to a connection that the peer has given up
    refused,     ///< nothing listens there
    unreachable, ///< no route, host down, no such address family
    timeout,
    failed, ///< anything else, ours included (no descriptors left)
};

/// How a step on a connection went; what the peer or the network does is a value, never an exception.
struct IoResult {
    IoStatus status = IoStatus::ok;
    std::size_t bytes = 0; ///< transferred, also when the step failed after them
    std::string why;       ///< the system's own words, "" when ok
};

/// What the system's answer to a step means.
[[nodiscard]] IoResult io_result(const boost::system::error_code& error, std::size_t bytes);

/// One TCP connection, each step with a deadline. After a timeout the connection is closed.
class Stream {
  public:
    /// `log`, if there is one, hears of everything and must outlive the stream.
    explicit Stream(boost::asio::any_io_executor executor, TrafficLog* log = nullptr);
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream(); ///< closes

    /// `address` is numeric.
    [[nodiscard]] boost::asio::awaitable<IoResult> connect(std::string address, std::uint16_t port, Deadline deadline);
    [[nodiscard]] boost::asio::awaitable<IoResult> read_some(std::span<std::uint8_t> into, Deadline deadline);
    [[nodiscard]] boost::asio::awaitable<IoResult> write_all(std::span<const std::uint8_t> bytes, Deadline deadline);

    void close();

    /// Hands over the open socket, which the caller closes; nothing may be under way. What the log knows it by goes
    /// with logged().
    [[nodiscard]] int release();

    /// The log's number of the open connection; null without a log.
    [[nodiscard]] std::optional<std::size_t> logged() const { return logged_; }

  private:
    struct Socket;
    void note_opened();
    void note_end(const IoResult& result);

    std::unique_ptr<Socket> socket_;
    TrafficLog* log_ = nullptr;
    std::optional<std::size_t> logged_; ///< the log's number of the connection, while it is open
};

} // namespace mtls::net
