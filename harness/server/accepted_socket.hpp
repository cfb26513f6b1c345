#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "harness/server/record.hpp"

namespace mtls::server {

/// A client's socket with a deadline, for every kind of connection. `*` and `->` are the socket.
class AcceptedSocket {
  public:
    using Socket = boost::asio::ip::tcp::socket;

    explicit AcceptedSocket(Socket socket);

    Socket& operator*() const { return *socket_; }

    Socket* operator->() const { return socket_.get(); }

    /// Closes it when that time is over, instead of what was said before.
    void close_after(std::chrono::milliseconds patience);

    /// RST, at once.
    void reset();

    /// FIN, then whatever the client still says, so that our last words are not lost to a reset; for two seconds.
    [[nodiscard]] boost::asio::awaitable<void> end_orderly();

  private:
    std::shared_ptr<Socket> socket_; ///< shared with the deadline's handler, which may run after us
    boost::asio::steady_timer deadline_;
};

/// What is known of a connection before a byte is read.
[[nodiscard]] ConnectionRecord record_of(const AcceptedSocket& socket, std::uint64_t number,
                                         const std::string& listener);

} // namespace mtls::server
