#include "probe/exporter/exporter.hpp"

#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "certs/program/print.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"
#include "certs/x509/unicode.hpp"
#include "probe/exporter/config.hpp"
#include "probe/exporter/nothrow.hpp"
#include "probe/exporter/session.hpp"

namespace mtls::exporter {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

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

/// Says for as long as a coroutine lives, however it ends, that it does.
class Presence {
  public:
    explicit Presence(bool& here) : here_{&here} { here = true; }

    Presence(Presence&& other) noexcept : here_{std::exchange(other.here_, nullptr)} {}

    Presence(const Presence&) = delete;
    Presence& operator=(Presence&&) = delete;
    Presence& operator=(const Presence&) = delete;

    ~Presence()
    {
        if (here_ != nullptr) {
            *here_ = false;
        }
    }

  private:
    bool* here_;
};

/// The server and what its signals do to it.
class Exporter {
  public:
    Exporter(ExporterOptions options, std::shared_ptr<const Config> config)
        : options_{std::move(options)}, first_{std::move(config)}, service_{io_, first_}, acceptor_{listen_on(
                                                                                              io_, first_->listen)}
    {
        service_.counters().reloaded(true, unix_time());
    }

    void run()
    {
        const auto here = acceptor_.local_endpoint();
        std::cerr << "mtls-exporter: listens on " << here << '\n';
        while (!ran_to_its_end()) {
            std::this_thread::sleep_for(breather);
        }
    }

  private:
    static constexpr std::chrono::milliseconds breather{100}; ///< when there are no descriptors, or is no memory

    /// Want of memory may end a coroutine wherever it waits, and the two that serve all others begin anew.
    bool ran_to_its_end()
    {
        try { // the event loop's edge: what is not a coroutine's exception comes out here
            resume();
            io_.run();
            return true;
        } catch (const std::bad_alloc&) {
            std::cerr << "mtls-exporter: out of memory; a request may be lost\n";
            return false;
        }
    }

    void resume()
    {
        const auto again = [this](const std::exception_ptr& thrown) {
            if (thrown) {
                resume();
            }
        };
        if (!accepts_ && acceptor_.is_open()) {
            asio::co_spawn(io_, accept(Presence{accepts_}), again);
        }
        if (!obeys_ && !ending_) {
            asio::co_spawn(io_, obey(Presence{obeys_}), again);
        }
    }

    asio::awaitable<void> accept(Presence /*there*/)
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

    asio::awaitable<void> obey(Presence /*there*/)
    {
        for (;;) {
            auto [error, signal] = co_await signals_.async_wait(nothrow);
            if (error || signal != SIGHUP) {
                break;
            }
            reload();
        }
        ending_ = true;
        boost::system::error_code ignored;
        signals_.clear(ignored); // who asks a second time waits for no probe
        acceptor_.close(ignored);
        service_.stop();
    }

    void reload()
    {
        // A bad file must not end a server that runs.
        try {
            auto config = read_config(options_.config);
            std::cerr << "mtls-exporter: the configuration was read again, modules: " << names_of(*config) << '\n';
            tell_what_stays(*config);
            service_.use(std::move(config));
            service_.counters().reloaded(true, unix_time());
        } catch (const std::exception& error) {
            service_.counters().reloaded(false, unix_time());
            std::cerr << complaint_of("mtls-exporter: the old configuration stays: ", error.what());
        }
    }

    /// The sockets and threads of the beginning are those of the end.
    void tell_what_stays(const Config& now) const
    {
        const Address& listen = first_->listen;
        const bool moved = !options_.listen && (listen.ip != now.listen.ip || listen.port != now.listen.port);
        if (moved || first_->concurrency != now.concurrency) {
            std::cerr << "mtls-exporter: `listen` and `concurrency` change only with a restart\n";
        }
    }

    ExporterOptions options_;
    std::shared_ptr<const Config> first_;
    bool accepts_ = false; ///< as the two below, before the event loop whose coroutines refer to it
    bool obeys_ = false;
    bool ending_ = false;
    asio::io_context io_{1};
    asio::signal_set signals_{io_, SIGHUP, SIGTERM, SIGINT}; // before it says that it listens: SIGHUP would end it
    Service service_;
    tcp::acceptor acceptor_;
};

} // namespace

int run_exporter(const ExporterOptions& options)
{
    auto config = read_config(options.config);
    if (options.check) {
        const std::size_t count = config->modules.size();
        program::print("write to stdout", x509::printable(options.config.string()) + ": good, " +
                                              std::to_string(count) + (count == 1 ? " module: " : " modules: ") +
                                              names_of(*config) + "\n");
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
