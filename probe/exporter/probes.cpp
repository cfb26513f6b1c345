#include "probe/exporter/probes.hpp"

#include <string_view>
#include <utility>

#include "probe/fleet/asking.hpp"
#include "probe/fleet/side_by_side.hpp"

namespace mtls::exporter {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

/// Of what a stranger wrote as much as a line has room for.
std::string shown(std::string_view text)
{
    constexpr std::size_t most = 80;
    return x509::printable(net::without_credentials(text).substr(0, most));
}

} // namespace

/// A probe that waits or runs, counted.
class Probes::Turn {
  public:
    explicit Turn(std::shared_ptr<Counters> counters) : counters_{std::move(counters)} { counters_->entered(); }

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    ~Turn() { end(); }

    void end()
    {
        if (const auto counters = std::exchange(counters_, nullptr)) {
            counters->left();
        }
    }

  private:
    std::shared_ptr<Counters> counters_; // the coroutine's own: one that is left when the program ends outlives Probes
};

Probes::Probes(asio::io_context& io, unsigned concurrency, std::shared_ptr<Counters> counters)
    : counters_{std::move(counters)}, concurrency_{concurrency}, workers_{io, concurrency}
{
}

Answer Probes::bad_request(const std::string& why)
{
    counters_->refused(Refusal::bad_request);
    return {http::status::bad_request, why + "\n"};
}

std::variant<Order, Answer> Probes::understand(const std::shared_ptr<const Config>& config, const Scrape& scrape,
                                               const std::optional<std::string>& scrape_timeout)
{
    const auto module = config->modules.find(scrape.module);
    if (module == config->modules.end()) {
        return bad_request("there is no module '" + shown(scrape.module) + "'; there is: " + names_of(*config));
    }
    const auto target = net::parse_target(scrape.target);
    if (!target) {
        return bad_request("target '" + shown(scrape.target) + "': " + target.error().why);
    }
    const fleet::Manner& manner = module->second.manner;
    if (!manner.http && target->path.value_or("/") != "/") {
        return bad_request("the target names a path, but module '" + shown(scrape.module) + "' requests nothing");
    }
    const auto time = time_for(manner.timeout, scrape_timeout);
    if (!time) {
        return bad_request(std::string{scrape_timeout_header} + " '" + shown(*scrape_timeout) +
                           "' is no number of seconds above 0");
    }
    if (!config->allowed.allows(target->host, fleet::port_of(manner, *target))) {
        counters_->refused(Refusal::not_allowed);
        return Answer{http::status::forbidden, "this target is not in allow_targets\n"};
    }
    if (counters_->in_flight() >= std::size_t{2} * concurrency_) {
        counters_->refused(Refusal::busy);
        return Answer{http::status::service_unavailable, "too many probes at once\n"};
    }
    return Order{.config = config, .module = &module->second, .target = *target, .deadline = Clock::now() + *time};
}

asio::awaitable<Answer> Probes::make(Order order, std::stop_token gone)
{
    Turn turn{counters_};
    Workers::Work work = [this, order, gone]() -> std::optional<report::Report> {
        fleet::Manner manner = order.module->manner;
        manner.timeout = std::chrono::duration_cast<milliseconds>(order.deadline - Clock::now());
        if (manner.timeout <= milliseconds{0}) {
            return std::nullopt; // it waited too long for its turn
        }
        return fleet::probe_alone(manner, order.module->inputs, context_, order.target, gone);
    };
    auto [failed, report] = co_await workers_.run(std::move(work));
    turn.end();
    if (gone.stop_requested()) {
        counters_->refused(Refusal::client_gone);
        co_return Answer{};
    }
    if (failed) {
        counters_->refused(Refusal::failed);
        co_return Answer{http::status::internal_server_error, "the probe failed, likely for want of memory\n"};
    }
    if (!report) {
        counters_->refused(Refusal::busy);
        co_return Answer{http::status::service_unavailable, "too many probes at once\n"};
    }
    counters_->probed(report->judgement.verdict, report->duration_ms / 1000);
    co_return Answer{http::status::ok, report::render_prometheus({*report})};
}

} // namespace mtls::exporter
