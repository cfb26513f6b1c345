#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

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
    explicit Stream(boost::asio::any_io_executor executor);
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream(); ///< closes

    /// `address` is numeric.
    [[nodiscard]] boost::asio::awaitable<IoResult> connect(std::string address, std::uint16_t port, Deadline deadline);
    [[nodiscard]] boost::asio::awaitable<IoResult> read_some(std::span<std::uint8_t> into, Deadline deadline);
    [[nodiscard]] boost::asio::awaitable<IoResult> write_all(std::span<const std::uint8_t> bytes, Deadline deadline);

    void close();

    /// Hands over the open socket, which the caller closes; nothing may be under way.
    [[nodiscard]] int release();

  private:
    struct Socket;
    std::unique_ptr<Socket> socket_;
};

} // namespace mtls::net
