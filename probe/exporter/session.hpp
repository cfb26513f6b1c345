#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "probe/exporter/answer.hpp"
#include "probe/exporter/config.hpp"
#include "probe/exporter/counters.hpp"
#include "probe/exporter/probes.hpp"
#include "probe/exporter/request.hpp"

namespace mtls::exporter {

/// Answers HTTP connections. All of it runs in the thread of `io`, but the probes.
class Service {
  public:
    Service(boost::asio::io_context& io, std::shared_ptr<const Config> config);

    /// Takes over a connection. If there are too many, the one that has said nothing for longest has to go.
    void serve(boost::asio::ip::tcp::socket socket);

    /// For requests that come from now on. Address, port and concurrency stay those of the beginning.
    void use(std::shared_ptr<const Config> config) { config_ = std::move(config); }

    /// Idle connections are closed; those that are being answered get their answer.
    void stop();

    [[nodiscard]] const std::shared_ptr<const Config>& config() const { return config_; }

    [[nodiscard]] Counters& counters() { return *counters_; }

  private:
    struct Connection;
    class Place;
    using Connections = std::set<std::shared_ptr<Connection>>;

    boost::asio::awaitable<void> converse(Place place);
    boost::asio::awaitable<std::variant<Unfinished, Request, Refused>> read(Connection& connection);
    boost::asio::awaitable<bool> write(Connection& connection, const Request& request, Answer made, bool again);
    boost::asio::awaitable<void> refuse(Connection& connection, Refused refused);
    boost::asio::awaitable<Answer> answer(std::shared_ptr<Connection> connection, Request request);
    boost::asio::awaitable<Answer> probe(std::shared_ptr<Connection> connection, Order order);
    [[nodiscard]] bool make_room();
    [[nodiscard]] Answer index() const;

    boost::asio::io_context& io_;
    std::shared_ptr<const Config> config_;
    // Shared with the coroutines: those that are left when the program ends for an error go after this.
    std::shared_ptr<Counters> counters_ = std::make_shared<Counters>();
    std::shared_ptr<Connections> connections_ = std::make_shared<Connections>();
    std::uint64_t turns_ = 0; ///< to know which connection is idle for longest
    bool told_of_many_ = false;
    bool stopping_ = false;
    Probes probes_; // last: its threads are joined before the rest goes away
};

} // namespace mtls::exporter
