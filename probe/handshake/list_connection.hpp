#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "probe/handshake/approach.hpp"
#include "probe/handshake/first_bytes.hpp"
#include "probe/handshake/list_asker.hpp"
#include "probe/handshake/tap.hpp"
#include "probe/hello/dialogue.hpp"

namespace mtls::handshake {

/// What the connections of one asker have in common: one of them reads at a time, so one buffer does.
struct ListAsker::Shared {
    explicit Shared(boost::asio::io_context& context) : io{context} {}

    boost::asio::io_context& io;
    hello::Workbench bench;
    std::array<std::uint8_t, 64UL * 1024> buffer{};
};

/// One connection, a state machine by hand: connecting, reading, over. Its handlers keep it alive.
class ListAsker::Connection : public std::enable_shared_from_this<Connection>, private hello::Listener {
  public:
    Connection(std::shared_ptr<Shared> shared, Question question, Done done);

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() override = default;

    void start();

  private:
    void end_by(net::Deadline deadline);
    void connect(const boost::asio::ip::tcp::endpoint& endpoint);
    void note_opened();
    void note_end(net::IoStatus status);
    void approach_by_detour();
    void take_over();
    void say_hello();
    void await_bytes();
    void read();
    void take(std::span<const std::uint8_t> bytes);
    [[nodiscard]] bool flush();
    void await_deadline();
    void stop(const boost::system::error_code& error);
    void end(observation::Outcome outcome, std::string detail);

    void said(hello::Bytes bytes) override
    {
        tap_.message(observation::Side::client, wire::ProtocolVersion::tls12, bytes);
    }

    void message(wire::ProtocolVersion version, hello::Bytes bytes) override
    {
        tap_.message(observation::Side::server, version, bytes);
    }

    bool alert(wire::ProtocolVersion version, hello::Bytes bytes) override;

    [[nodiscard]] std::string place() const { return place_of(question_.variant.address, question_.variant.port); }

    std::shared_ptr<Shared> shared_;
    Question question_;
    Done done_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    net::Deadline connect_until_;
    net::Deadline last_;
    std::optional<net::Stream> detour_; ///< until it has led to where TLS begins
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    observation::Observation seen_;
    Tap tap_;
    std::optional<hello::Dialogue> dialogue_; ///< from the moment the way is free
    FirstBytes first_;
    bool over_ = false;
    std::optional<std::size_t> logged_; ///< the traffic log's number of the connection
};

} // namespace mtls::handshake
