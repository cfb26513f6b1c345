#include "probe/exporter/session.hpp"

#include <cerrno>
#include <chrono>
#include <exception>
#include <iostream>
#include <stop_token>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "probe/fleet/side_by_side.hpp"
#include "probe/fleet/target_probe.hpp"
#include "probe/report/markup.hpp"

namespace mtls::exporter {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_connections = 256;
constexpr std::size_t longest_header = 8192;
/// For a whole request to come, and for a whole answer to be taken.
constexpr std::chrono::seconds patience{10};

constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// Of what a stranger wrote as much as a line has room for.
std::string shown(std::string_view text)
{
    constexpr std::size_t most = 80;
    return x509::printable(net::without_credentials(text).substr(0, most));
}

/// Whether the client has closed, or at least will say nothing more.
bool has_left(asio::ip::tcp::socket& socket)
{
    char next = 0;
    const auto size = ::recv(socket.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

const char* content_type(bool is_page)
{
    return is_page ? "text/html; charset=utf-8" : metrics_type;
}

} // namespace

struct Service::Connection {
    explicit Connection(asio::ip::tcp::socket socket) : stream{std::move(socket)} {}

    void close()
    {
        closing = true;
        stream.close();
    }

    beast::tcp_stream stream;
    std::uint64_t idle_since = 0; ///< a turn of Service::turns_
    bool answering = false;
    bool closing = false;
};

struct Service::Answer {
    http::status status = http::status::ok;
    std::string body;
    bool is_page = false;
};

/// A probe that is to be made.
struct Service::Order {
    std::shared_ptr<const Config> config; ///< the one of that moment: a reload may come while the probe runs
    const Module* module = nullptr;       ///< of it
    net::Target target;
    Clock::time_point deadline;
};

Service::Service(asio::io_context& io, std::shared_ptr<const Config> config)
    : io_{io}, config_{std::move(config)}, concurrency_{config_->concurrency}, pool_{concurrency_}
{
}

void Service::serve(asio::ip::tcp::socket socket)
{
    if (stopping_ || !make_room()) {
        return; // closed
    }
    const auto connection = std::make_shared<Connection>(std::move(socket));
    connection->idle_since = ++turns_;
    connections_.insert(connection);
    asio::co_spawn(io_, converse(connection), [this, connection](const std::exception_ptr& failure) {
        connections_.erase(connection);
        if (failure) {
            std::cerr << "mtls-exporter: a request could not be answered\n";
        }
    });
}

bool Service::make_room()
{
    std::size_t open = 0;
    Connection* idle = nullptr;
    for (const auto& each : connections_) {
        open += each->closing ? 0 : 1;
        if (!each->closing && !each->answering && (idle == nullptr || each->idle_since < idle->idle_since)) {
            idle = each.get();
        }
    }
    if (open < most_connections) {
        return true;
    }
    if (!told_of_many_) {
        told_of_many_ = true;
        std::cerr << "mtls-exporter: " << most_connections
                  << " connections are open, as many as there may be: for each new one that which is idle for longest "
                     "is closed (mtls_exporter_connections_dropped_total counts them)\n";
    }
    counters_.dropped(idle != nullptr ? Dropped::idle : Dropped::full);
    if (idle != nullptr) {
        idle->close();
    }
    return idle != nullptr;
}

void Service::stop()
{
    stopping_ = true;
    for (const auto& connection : connections_) {
        if (!connection->answering) {
            connection->close();
        }
    }
}

asio::awaitable<void> Service::converse(std::shared_ptr<Connection> connection)
{
    beast::tcp_stream& stream = connection->stream;
    beast::flat_buffer buffer{longest_header};
    bool again = true;
    while (again && !stopping_) {
        http::request_parser<http::empty_body> parser;
        parser.header_limit(longest_header);
        stream.expires_after(patience);
        // What is asked stands in the header. Beast 1.81 asserts that it sees the last chunk of a body whole.
        auto [unread, size] = co_await http::async_read_header(stream, buffer, parser, nothrow);
        if (unread) {
            break;
        }
        connection->answering = true;
        stream.expires_never();
        const auto& request = parser.get();
        const bool has_body = parser.chunked() || parser.content_length().value_or(0) != 0;
        const bool known = request.method() == http::verb::get || request.method() == http::verb::head;
        Answer made{http::status::method_not_allowed, "only GET\n"};
        if (has_body) {
            made = {http::status::bad_request, "a request has no body here\n"};
        } else if (known) {
            std::string target{request.target()};
            const auto header = request.find(scrape_timeout_header);
            std::optional<std::string> scrape_timeout;
            if (header != request.end()) {
                scrape_timeout = std::string{header->value()};
            }
            made = co_await answer(connection, std::move(target), std::move(scrape_timeout));
        }
        if (connection->closing) {
            break; // nobody is there to read it
        }
        again = request.keep_alive() && !stopping_ && !has_body;
        http::response<http::string_body> response{made.status, request.version(), std::move(made.body)};
        response.set(http::field::content_type, content_type(made.is_page));
        response.set("X-Content-Type-Options", "nosniff");
        if (!known) {
            response.set(http::field::allow, "GET, HEAD");
        }
        response.keep_alive(again);
        response.prepare_payload();
        if (request.method() == http::verb::head) {
            response.body().clear();
        }
        stream.expires_after(patience);
        auto [unsent, sent] = co_await http::async_write(stream, response, nothrow);
        connection->answering = false;
        connection->idle_since = ++turns_;
        again = again && !unsent;
    }
    beast::error_code ignored;
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

asio::awaitable<Service::Answer> Service::answer(std::shared_ptr<Connection> connection, std::string target,
                                                 std::optional<std::string> scrape_timeout)
{
    const std::string_view path = path_of(target);
    if (path == "/") {
        co_return index();
    }
    if (path == "/metrics") {
        co_return Answer{http::status::ok, counters_.text(MTLS_PROBE_VERSION)};
    }
    if (path != "/probe") {
        co_return Answer{http::status::not_found, "there are /probe?target=TARGET&module=MODULE and /metrics\n"};
    }
    auto reading = read_scrape(target);
    if (!reading.scrape) {
        co_return bad_request(reading.problem + ": write /probe?target=HOST:PORT&module=MODULE");
    }
    Answer made = co_await probe(std::move(connection), std::move(*reading.scrape), std::move(scrape_timeout));
    co_return made;
}

Service::Answer Service::index() const
{
    std::string text =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>mtls-exporter</title></head>\n"
        "<body><h1>mtls-exporter</h1>\n<p><a href=\"/metrics\">Its own metrics</a></p>\n"
        "<p>Probes: <code>/probe?target=HOST:PORT&amp;module=MODULE</code></p>\n";
    text += "<p>Modules: " + report::markup(names_of(*config_)) + "</p>\n</body></html>\n";
    return {http::status::ok, text, true};
}

Service::Answer Service::bad_request(const std::string& why)
{
    counters_.refused(Refusal::bad_request);
    return {http::status::bad_request, why + "\n"};
}

std::variant<Service::Order, Service::Answer> Service::understand(const Scrape& scrape,
                                                                  const std::optional<std::string>& scrape_timeout)
{
    Order order{.config = config_, .module = nullptr, .target = {}, .deadline = {}};
    const auto module = order.config->modules.find(scrape.module);
    const auto target = net::parse_target(scrape.target);
    if (module == order.config->modules.end()) {
        return bad_request("there is no module '" + shown(scrape.module) + "'; there is: " + names_of(*order.config));
    }
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
    if (!order.config->allowed.allows(target->host, fleet::port_of(manner, *target))) {
        counters_.refused(Refusal::not_allowed);
        return Answer{http::status::forbidden, "this target is not in allow_targets\n"};
    }
    if (counters_.in_flight() >= std::size_t{2} * concurrency_) {
        counters_.refused(Refusal::busy);
        return Answer{http::status::service_unavailable, "too many probes at once\n"};
    }
    order.module = &module->second;
    order.target = *target;
    order.deadline = Clock::now() + *time;
    return order;
}

asio::awaitable<Service::Answer> Service::probe(std::shared_ptr<Connection> connection, Scrape scrape,
                                                std::optional<std::string> scrape_timeout)
{
    auto understood = understand(scrape, scrape_timeout);
    if (const auto* refusal = std::get_if<Answer>(&understood)) {
        co_return *refusal;
    }
    const Order order = std::get<Order>(std::move(understood));
    counters_.entered();
    std::stop_source gone;
    // Only one who pipelines says something now, and is not watched any further.
    connection->stream.socket().async_wait(asio::socket_base::wait_read,
                                           [connection, gone](beast::error_code error) mutable {
                                               if (!error && has_left(connection->stream.socket())) {
                                                   connection->close();
                                                   gone.request_stop();
                                               }
                                           });
    // In a thread of the pool, since a probe waits for its connections.
    const auto work = [this, order, stop = gone.get_token()]() -> asio::awaitable<std::optional<report::Report>> {
        fleet::Manner manner = order.module->manner;
        manner.timeout = std::chrono::duration_cast<milliseconds>(order.deadline - Clock::now());
        if (manner.timeout <= milliseconds{0}) {
            co_return std::nullopt; // it waited too long for its turn
        }
        co_return fleet::probe_alone(manner, order.module->inputs, context_, order.target, stop);
    };
    auto [failure, report] = co_await asio::co_spawn(pool_.get_executor(), work(), nothrow);
    counters_.left();
    if (connection->closing) {
        counters_.refused(Refusal::client_gone);
        co_return Answer{};
    }
    connection->stream.socket().cancel();
    if (failure) {
        co_return Answer{http::status::internal_server_error, "the probe failed\n"};
    }
    if (!report) {
        counters_.refused(Refusal::busy);
        co_return Answer{http::status::service_unavailable, "too many probes at once\n"};
    }
    counters_.probed(report->judgement.verdict, report->duration_ms / 1000);
    co_return Answer{http::status::ok, report::render_prometheus({*report})};
}

} // namespace mtls::exporter
