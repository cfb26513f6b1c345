#include "harness/server/mock_server.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <functional>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "certs/program/start_thread.hpp"
#include "certs/x509/config_error.hpp"
#include "harness/schannel/machine.hpp"
#include "harness/server/connection.hpp"
#include "harness/server/raw_connection.hpp"
#include "harness/server/sites.hpp"
#include "harness/server/w3c_log.hpp"

namespace mtls::server {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

tcp::acceptor listen_on(asio::io_context& io, const std::string& address, std::uint16_t port)
{
    boost::system::error_code error;
    const auto check = [&] {
        if (error) {
            throw x509::ConfigError{"listen on " + address + " port " + std::to_string(port) + ": " + error.message()};
        }
    };
    const auto ip = asio::ip::make_address(address, error);
    check();
    const tcp::endpoint endpoint{ip, port};
    tcp::acceptor acceptor{io};
    acceptor.open(endpoint.protocol(), error);
    check();
    acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    check();
    acceptor.bind(endpoint, error);
    check();
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    check();
    return acceptor;
}

/// Serves one connection, whose number is given, to its end.
using Serve = std::function<asio::awaitable<void>(tcp::socket, std::uint64_t)>;

} // namespace

struct MockServer::Running {
    Running(scenario::Scenario wanted, const pki::Hierarchy& hierarchy, const ServerOptions& options,
            Events wanted_events);

    ~Running() { io.stop(); }

    /// Who serves a socket: the listener itself and its back ends, in turn.
    using InTurn = std::vector<Serve>;

    Serve server_of(const scenario::Listener& listener, const pki::Hierarchy& hierarchy, const ServerOptions& options);
    asio::awaitable<void> accept(tcp::acceptor& acceptor, const InTurn& served);
    void tell(const std::exception_ptr& thrown) const;

    scenario::Scenario scenario;
    Events events;
    std::unique_ptr<Sites> sites; // null for raw
    ossl::SslCtxPtr base;
    std::deque<ListenerContext> contexts; // referred to by connections
    std::deque<RawContext> raw_contexts;  // the same
    std::deque<InTurn> balancers;         // one per socket
    std::vector<Endpoint> endpoints;
    std::uint64_t connections = 0;
    asio::io_context io{1};
    std::deque<tcp::acceptor> acceptors;
    std::jthread loop; // last: joined before what it uses goes away
};

MockServer::Running::Running(scenario::Scenario wanted, const pki::Hierarchy& hierarchy, const ServerOptions& options,
                             Events wanted_events)
    : scenario{std::move(wanted)}, events{std::move(wanted_events)},
      sites{scenario.raw ? nullptr : make_sites(scenario, hierarchy)}, base{new_server_context()}
{
    std::uint16_t port = options.port;
    for (const scenario::Listener& listener : scenario.listeners) {
        if (listener.back_end_of) {
            continue;
        }
        InTurn& served = balancers.emplace_back();
        for (const scenario::Listener& each : scenario.listeners) {
            if (each.name == listener.name || each.back_end_of == listener.name) {
                served.push_back(server_of(each, hierarchy, options));
            }
        }
        const std::string address = options.listen.value_or(listener.address);
        tcp::acceptor& acceptor = acceptors.emplace_back(listen_on(io, address, port));
        const auto bound = acceptor.local_endpoint();
        endpoints.push_back({.listener = listener.name, .address = bound.address().to_string(), .port = bound.port()});
        asio::co_spawn(io, accept(acceptor, served), [this](const std::exception_ptr& thrown) { tell(thrown); });
        if (port != 0) {
            ++port;
        }
    }
    if (scenario.iis && !scenario.iis->self_hosted && events.log_line) {
        const auto windows = schannel::windows_version(scenario.iis->windows).value_or(schannel::Machine{}.windows);
        events.log_line(w3c_header(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                                   schannel::iis_version(windows)));
    }
    loop = program::start_thread<std::jthread>("serve " + scenario.name, [this] { io.run(); });
}

Serve MockServer::Running::server_of(const scenario::Listener& listener, const pki::Hierarchy& hierarchy,
                                     const ServerOptions& options)
{
    if (scenario.raw) {
        const RawContext& context =
            raw_contexts.emplace_back(RawContext{.listener = listener,
                                                 .script = raw::make_script(*scenario.raw, listener, hierarchy),
                                                 .events = events,
                                                 .patience = options.patience});
        // cppcheck-suppress returnDanglingLifetime ; it lives in raw_contexts
        return [&context](tcp::socket socket, std::uint64_t number) {
            return serve_raw(std::move(socket), number, context);
        };
    }
    const ListenerContext& context = contexts.emplace_back(ListenerContext{.listener = listener,
                                                                           .personality = scenario.personality,
                                                                           .sites = *sites,
                                                                           .base = base.get(),
                                                                           .events = events,
                                                                           .patience = options.patience});
    // cppcheck-suppress returnDanglingLifetime ; it lives in contexts
    return [&context](tcp::socket socket, std::uint64_t number) { return serve(std::move(socket), number, context); };
}

asio::awaitable<void> MockServer::Running::accept(tcp::acceptor& acceptor, const InTurn& served)
{
    asio::steady_timer pause{io};
    std::size_t turn = 0;
    for (;;) {
        auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error) { // the client was gone already, or we are out of descriptors for a moment
            pause.expires_after(std::chrono::milliseconds{10});
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        const Serve& serve_one = served[turn++ % served.size()];
        asio::co_spawn(io, serve_one(std::move(socket), ++connections),
                       [this](const std::exception_ptr& thrown) { tell(thrown); });
    }
}

/// An exception of ours ends its connection here, at the edge of the coroutine.
void MockServer::Running::tell(const std::exception_ptr& thrown) const
{
    if (!thrown || !events.problem) {
        return;
    }
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& problem) {
        events.problem(problem.what());
    }
}

MockServer::MockServer(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy,
                       const ServerOptions& options, Events events)
    : running_{std::make_unique<Running>(scenario, hierarchy, options, std::move(events))}
{
}

MockServer::~MockServer() = default;

const std::vector<Endpoint>& MockServer::endpoints() const
{
    return running_->endpoints;
}

const Endpoint& MockServer::endpoint(const std::string& listener) const
{
    const auto found = std::ranges::find(running_->endpoints, listener, &Endpoint::listener);
    if (found == running_->endpoints.end()) {
        throw x509::ConfigError{"no listener is called '" + listener + "'"};
    }
    return *found;
}

} // namespace mtls::server
