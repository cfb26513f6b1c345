#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "probe/exporter/answer.hpp"
#include "probe/exporter/config.hpp"
#include "probe/exporter/counters.hpp"
#include "probe/exporter/scrape.hpp"
#include "probe/exporter/workers.hpp"
#include "probe/handshake/client_context.hpp"
#include "probe/net/target.hpp"

namespace mtls::exporter {

/// A probe that is to be made.
struct Order {
    std::shared_ptr<const Config> config; ///< the one of that moment: a reload may come while the probe runs
    const Module* module = nullptr;       ///< of it
    net::Target target;
    std::chrono::steady_clock::time_point deadline;
};

/// Makes the probes that clients ask for: which of them may be made, and as many at once as the configuration says.
class Probes {
  public:
    /// `concurrency` threads. Throws ConfigError if the machine gives fewer.
    Probes(boost::asio::io_context& io, unsigned concurrency, std::shared_ptr<Counters> counters);

    /// What a scrape asks for, or the answer to one that is not to be followed.
    [[nodiscard]] std::variant<Order, Answer> understand(const std::shared_ptr<const Config>& config,
                                                         const Scrape& scrape,
                                                         const std::optional<std::string>& scrape_timeout);

    /// The metrics, or why there are none. Ends soon, with an answer for nobody, once `gone` is told to stop.
    [[nodiscard]] boost::asio::awaitable<Answer> make(Order order, std::stop_token gone);

    /// The answer to what cannot be understood, counted.
    [[nodiscard]] Answer bad_request(const std::string& why);

  private:
    class Turn;

    handshake::ClientContext context_;
    std::shared_ptr<Counters> counters_;
    unsigned concurrency_;
    Workers workers_; // last: joined before what its threads use goes away
};

} // namespace mtls::exporter
