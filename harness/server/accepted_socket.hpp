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

/// Who ended a connection that came to no decision.
enum class EndedBy {
    client,
    deadline, ///< it lasted too long
    harness,  ///< the server was stopped meanwhile
};

/// A client's socket with a deadline, for every kind of connection. `*` and `->` are the socket.
class AcceptedSocket {
  public:
    using Socket = boost::asio::ip::tcp::socket;

    explicit AcceptedSocket(Socket socket);

    Socket& operator*() const { return state_->socket; }

    Socket* operator->() const { return &state_->socket; }

    /// Closes it when that time is over, instead of what was said before.
    void close_after(std::chrono::milliseconds patience);

    /// The deadline if it has passed, else the client.
    [[nodiscard]] EndedBy ended_by() const { return state_->overdue ? EndedBy::deadline : EndedBy::client; }

    /// RST, at once.
    void reset();

    /// FIN, then whatever the client still says, so that our last words are not lost to a reset; for two seconds.
    [[nodiscard]] boost::asio::awaitable<void> end_orderly();

  private:
    struct State {
        Socket socket;
        bool overdue = false;
    };

    std::shared_ptr<State> state_; ///< shared with the deadline's handler, which may run after us
    boost::asio::steady_timer deadline_;
};

/// The address of ours that the client connected to: not that of the listener, which may be a wildcard. An IPv4 client
/// of an IPv6 socket has reached an IPv4 address.
[[nodiscard]] std::string reached_address(const AcceptedSocket& socket);

/// What is known of a connection before a byte is read.
[[nodiscard]] ConnectionRecord record_of(const AcceptedSocket& socket, std::uint64_t number,
                                         const std::string& listener);

} // namespace mtls::server
