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

namespace mtls::exporter {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);

double unix_time()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

tcp::acceptor listen_on(asio::io_context& io, const Address& address)
{
    boost::system::error_code error;
    tcp::acceptor acceptor{io};
    const auto ip = asio::ip::make_address(address.ip, error);
    const tcp::endpoint endpoint{ip, address.port};
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
        throw x509::ConfigError{"listen on " + address.ip + " port " + std::to_string(address.port) + ": " +
                                error.message()};
    }
    return acceptor;
}

/// The server and what its signals do to it.
class Exporter {
  public:
    Exporter(ExporterOptions options, std::shared_ptr<const Config> config)
        : options_{std::move(options)}, service_{io_, std::move(config)}, acceptor_{
                                                                              listen_on(io_, service_.config()->listen)}
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
        const auto address = parse_address(*options.listen);
        if (!address) {
            throw x509::ConfigError{"--listen: write IP:PORT"};
        }
        auto changed = std::make_shared<Config>(*config);
        changed->listen = *address;
        config = std::move(changed);
    }
    Exporter{options, std::move(config)}.run();
    return 0;
}

} // namespace mtls::exporter
