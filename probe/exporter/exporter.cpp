#include "probe/exporter/exporter.hpp"

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "certs/x509/config_error.hpp"
#include "probe/exporter/config.hpp"
#include "probe/exporter/session.hpp"
#include "probe/net/target.hpp"

namespace mtls::exporter {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);

double unix_time()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

tcp::acceptor listen_on(asio::io_context& io, const std::string& address, std::uint16_t port)
{
    boost::system::error_code error;
    tcp::acceptor acceptor{io};
    const auto ip = asio::ip::make_address(address, error);
    const tcp::endpoint endpoint{ip, port};
    if (!error) {
        acceptor.open(endpoint.protocol(), error);
    }
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        throw x509::ConfigError{"listen on " + x509::printable(address) + " port " + std::to_string(port) + ": " +
                                error.message()};
    }
    return acceptor;
}

/// The server and what its signals do to it.
class Exporter {
  public:
    Exporter(ExporterOptions options, std::shared_ptr<const Config> config)
        : options_{std::move(options)}, service_{io_, std::move(config)}, acceptor_{
                                                                              listen_on(io_, service_.config()->address,
                                                                                        service_.config()->port)}
    {
        service_.counters().reloaded(true, unix_time());
    }

    void run()
    {
        const auto here = acceptor_.local_endpoint();
        std::cerr << "mtls-exporter: listens on " << here << '\n';
        asio::co_spawn(io_, accept(), asio::detached);
        asio::co_spawn(io_, obey(), asio::detached);
        io_.run();
    }

  private:
    asio::awaitable<void> accept()
    {
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(nothrow);
            if (!error) {
                service_.serve(std::move(socket));
            } else if (acceptor_.is_open()) {
                // Out of descriptors: the next one may find some.
                asio::steady_timer pause{io_, std::chrono::milliseconds{100}};
                auto [none] = co_await pause.async_wait(nothrow);
                (void)none;
            }
        }
    }

    asio::awaitable<void> obey()
    {
        asio::signal_set signals{io_, SIGHUP, SIGTERM, SIGINT};
        for (;;) {
            auto [error, signal] = co_await signals.async_wait(nothrow);
            if (error || signal != SIGHUP) {
                break;
            }
            reload();
        }
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        service_.stop();
    }

    void reload()
    {
        // The one place beside main that catches: a bad file must not end a server that runs.
        try {
            service_.use(read_config(options_.config));
            service_.counters().reloaded(true, unix_time());
            std::cerr << "mtls-exporter: the configuration was read again\n";
        } catch (const std::exception& error) {
            service_.counters().reloaded(false, unix_time());
            std::cerr << "mtls-exporter: the old configuration stays: " << error.what() << '\n';
        }
    }

    ExporterOptions options_;
    asio::io_context io_{1};
    Service service_;
    tcp::acceptor acceptor_;
};

} // namespace

int run_exporter(const ExporterOptions& options)
{
    auto config = read_config(options.config);
    if (options.check) {
        std::cout << options.config.string() << ": good, " << config->modules.size() << " modules\n";
        return 0;
    }
    if (options.listen) {
        const auto endpoint = net::parse_endpoint(*options.listen);
        if (!endpoint) {
            throw x509::ConfigError{"--listen: " + endpoint.error().why};
        }
        auto changed = std::make_shared<Config>(*config);
        changed->address = endpoint->address;
        changed->port = endpoint->port.value_or(config->port);
        config = std::move(changed);
    }
    Exporter{options, std::move(config)}.run();
    return 0;
}

} // namespace mtls::exporter
