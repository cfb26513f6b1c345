#include "harness/server/mock_server.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "certs/x509/config_error.hpp"
#include "harness/server/connection.hpp"
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

} // namespace

struct MockServer::Running {
    Running(scenario::Scenario wanted, const pki::Hierarchy& hierarchy, const ServerOptions& options,
            Events wanted_events);

    ~Running() { io.stop(); }

    using InTurn = std::vector<const ListenerContext*>;

    asio::awaitable<void> accept(tcp::acceptor& acceptor, const InTurn& served);

    scenario::Scenario scenario;
    Events events;
    std::unique_ptr<Sites> sites;
    ossl::SslCtxPtr base;
    std::deque<ListenerContext> contexts; // referred to by connections
    std::deque<InTurn> balancers;         // one per socket: the listener and its back ends
    std::vector<Endpoint> endpoints;
    std::uint64_t connections = 0;
    asio::io_context io{1};
    std::deque<tcp::acceptor> acceptors;
    std::jthread loop; // last: joined before what it uses goes away
};

MockServer::Running::Running(scenario::Scenario wanted, const pki::Hierarchy& hierarchy, const ServerOptions& options,
                             Events wanted_events)
    : scenario{std::move(wanted)}, events{std::move(wanted_events)}, sites{make_sites(scenario, hierarchy)},
      base{new_server_context()}
{
    std::uint16_t port = options.port;
    for (const scenario::Listener& listener : scenario.listeners) {
        contexts.push_back({.listener = listener,
                            .personality = scenario.personality,
                            .sites = *sites,
                            .base = base.get(),
                            .events = events,
                            .patience = options.patience});
    }
    for (const scenario::Listener& listener : scenario.listeners) {
        if (listener.back_end_of) {
            continue;
        }
        InTurn& served = balancers.emplace_back();
        for (const ListenerContext& context : contexts) {
            if (context.listener.name == listener.name || context.listener.back_end_of == listener.name) {
                served.push_back(&context);
            }
        }
        const std::string address = options.listen.value_or(listener.address);
        tcp::acceptor& acceptor = acceptors.emplace_back(listen_on(io, address, port));
        const auto bound = acceptor.local_endpoint();
        endpoints.push_back({.listener = listener.name, .address = bound.address().to_string(), .port = bound.port()});
        asio::co_spawn(io, accept(acceptor, served), [](const std::exception_ptr&) {});
        if (port != 0) {
            ++port;
        }
    }
    if (scenario.iis && !scenario.iis->self_hosted && events.log_line) {
        events.log_line(w3c_header(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())));
    }
    loop = std::jthread{[this] { io.run(); }};
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
        const auto report = [this](const std::exception_ptr& failure) {
            if (!failure || !events.problem) {
                return;
            }
            try { // an exception of ours ends its connection here, at the edge of the coroutine
                std::rethrow_exception(failure);
            } catch (const std::exception& problem) {
                events.problem(problem.what());
            }
        };
        const ListenerContext& context = *served[turn++ % served.size()];
        asio::co_spawn(io, serve(std::move(socket), ++connections, context), report);
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
