#include "probe/fleet/side_by_side.hpp"

#include <algorithm>
#include <exception>
#include <iostream>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "probe/fleet/descriptors.hpp"
#include "probe/fleet/target_probe.hpp"

namespace mtls::fleet {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_targets = 16;
constexpr std::size_t most_connections_of_one = 16;
constexpr std::size_t usual_connections_of_one = 4; ///< with and without SNI, TLS 1.3 and below

/// How much happens at the same time.
struct Breadth {
    std::size_t targets = 1;
    std::size_t connections = most_connections_of_one; ///< of each
};

/// Where descriptors are scarce, each target keeps what it usually needs, and fewer are asked at once.
Breadth breadth_for(std::size_t targets)
{
    const std::size_t wanted = std::clamp(targets, std::size_t{1}, most_targets);
    const std::size_t room = room_for_connections(wanted * most_connections_of_one);
    const std::size_t at_once = std::clamp(room / usual_connections_of_one, std::size_t{1}, wanted);
    return {at_once, std::clamp(room / at_once, std::size_t{1}, most_connections_of_one)};
}

/// Targets in a row, of which the next begins when another is done.
class Row {
  public:
    Row(const Manner& manner, const Inputs& inputs, const handshake::ClientContext& context,
        const std::vector<net::Target>& targets, Breadth breadth)
        : manner_{std::make_shared<const Manner>(manner)}, targets_{targets}, breadth_{breadth},
          resolver_{breadth.targets,
                    targets.size() == 1 ? net::WithoutThreads::look_up_here : net::WithoutThreads::give_up},
          means_{context,
                 lists_,
                 resolver_,
                 inputs,
                 [](const std::string& sentence) { std::cerr << "mtls-probe: " << sentence << '\n'; },
                 manner.verify_server ? std::make_shared<const x509::SystemTrust>() : nullptr},
          reports_(targets.size())
    {
    }

    /// A report for each target, null for those that `stop` came before.
    std::vector<std::unique_ptr<report::Report>> run(const std::stop_token& stop)
    {
        const std::stop_callback on_stop{stop, [this] { io_.stop(); }};
        for (std::size_t lane = 0; lane < breadth_.targets; ++lane) {
            start_next();
        }
        io_.run();
        return std::move(reports_);
    }

  private:
    void start_next()
    {
        if (begun_ == targets_.size()) {
            return;
        }
        const std::size_t number = begun_++;
        asio::co_spawn(io_, probe_target(means_, manner_, targets_[number], breadth_.connections),
                       [this, number](const std::exception_ptr& thrown, std::unique_ptr<report::Report> done) {
                           if (thrown) {
                               std::rethrow_exception(thrown);
                           }
                           reports_[number] = std::move(done);
                           start_next();
                       });
    }

    std::shared_ptr<const Manner> manner_;
    const std::vector<net::Target>& targets_;
    Breadth breadth_;
    net::Resolver resolver_;
    asio::io_context io_{1};
    handshake::ListAsker lists_{io_};
    Means means_;
    std::size_t begun_ = 0; ///< of targets_
    std::vector<std::unique_ptr<report::Report>> reports_;
};

} // namespace

std::vector<report::Report> probe_side_by_side(const Manner& manner, const Inputs& inputs,
                                               const handshake::ClientContext& context,
                                               const std::vector<net::Target>& targets)
{
    Row row{manner, inputs, context, targets, breadth_for(targets.size())};
    std::vector<report::Report> reports;
    reports.reserve(targets.size());
    for (auto& report : row.run(std::stop_token{})) {
        reports.push_back(std::move(*report));
    }
    return reports;
}

std::optional<report::Report> probe_alone(const Manner& manner, const Inputs& inputs,
                                          const handshake::ClientContext& context, const net::Target& target,
                                          const std::stop_token& stop)
{
    const std::vector<net::Target> only{target};
    Row row{manner, inputs, context, only, Breadth{}};
    const auto reports = row.run(stop);
    return reports.front() ? std::optional{std::move(*reports.front())} : std::nullopt;
}

} // namespace mtls::fleet
