#include "probe/exporter/session.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <iostream>
#include <stop_token>
#include <tuple>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
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
/// For a whole request to come, and for a whole answer to be taken.
constexpr std::chrono::seconds patience{10};
/// For a client to read why it was refused, while it may still be sending.
constexpr std::chrono::seconds parting{2};
constexpr std::size_t most_passed_over = std::size_t{16} << 20U; // bytes

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

bool is_known(http::verb method)
{
    return method == http::verb::get || method == http::verb::head;
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

    /// The first bytes of `said`: they were a request that is being answered.
    void forget(std::size_t bytes)
    {
        std::move(said.begin() + static_cast<std::ptrdiff_t>(bytes), said.begin() + static_cast<std::ptrdiff_t>(size),
                  said.begin());
        size -= bytes;
    }

    beast::tcp_stream stream;
    std::array<char, longest_request> said{};
    std::size_t size = 0;         ///< of what it said
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

/// A connection's place among the others, given up however its coroutine ends.
class Service::Place {
  public:
    Place(std::shared_ptr<Connections> all, std::shared_ptr<Connection> connection)
        : all_{std::move(all)}, connection_{std::move(connection)}
    {
        all_->insert(connection_);
    }

    Place(Place&&) = default;
    Place(const Place&) = delete;
    Place& operator=(Place&&) = delete;
    Place& operator=(const Place&) = delete;

    ~Place()
    {
        if (connection_) {
            all_->erase(connection_);
            connection_->close(); // a wait for its end may still refer to it
        }
    }

    [[nodiscard]] Connection& connection() const { return *connection_; }

    [[nodiscard]] const std::shared_ptr<Connection>& shared() const { return connection_; }

  private:
    std::shared_ptr<Connections> all_;
    std::shared_ptr<Connection> connection_;
};

/// A probe that waits or runs, counted.
class Service::Turn {
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
    std::shared_ptr<Counters> counters_;
};

Service::Service(asio::io_context& io, std::shared_ptr<const Config> config)
    : io_{io}, config_{std::move(config)}, concurrency_{config_->concurrency}, workers_{io, concurrency_}
{
}

void Service::serve(asio::ip::tcp::socket socket)
{
    if (stopping_ || !make_room()) {
        return; // closed
    }
    Place place{connections_, std::make_shared<Connection>(std::move(socket))};
    place.connection().idle_since = ++turns_;
    asio::co_spawn(io_, converse(std::move(place)), [](const std::exception_ptr& failure) {
        if (failure) {
            std::cerr << "mtls-exporter: a request could not be answered\n";
        }
    });
}

bool Service::make_room()
{
    std::size_t open = 0;
    Connection* idle = nullptr;
    for (const auto& each : *connections_) {
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
    counters_->dropped(idle != nullptr ? Dropped::idle : Dropped::full);
    if (idle != nullptr) {
        idle->close();
    }
    return idle != nullptr;
}

void Service::stop()
{
    stopping_ = true;
    for (const auto& connection : *connections_) {
        if (!connection->answering) {
            connection->close();
        }
    }
}

asio::awaitable<void> Service::converse(Place place)
{
    Connection& connection = place.connection();
    bool again = true;
    while (again && !stopping_) {
        auto reading = co_await read(connection);
        if (auto* const refused = std::get_if<Refused>(&reading)) {
            co_await refuse(connection, std::move(*refused));
            co_return;
        }
        if (!std::holds_alternative<Request>(reading)) {
            break; // the client has left, or took too long
        }
        const Request request = std::get<Request>(std::move(reading));
        Answer made{http::status::method_not_allowed, "only GET\n"};
        if (is_known(request.method)) {
            // Spawned, so that what is thrown for want of memory is a value here, and the client hears of it.
            std::exception_ptr failure;
            std::tie(failure, made) = co_await asio::co_spawn(io_, answer(place.shared(), request), nothrow);
            if (failure) {
                made = {http::status::internal_server_error, "the exporter failed, likely for want of memory\n"};
            }
        }
        if (connection.closing) {
            break; // nobody is there to read it
        }
        again = request.keep_alive && !stopping_;
        again = co_await write(connection, request, std::move(made), again) && again;
        connection.answering = false;
        connection.idle_since = ++turns_;
    }
    beast::error_code ignored;
    connection.stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

asio::awaitable<std::variant<Unfinished, Request, Refused>> Service::read(Connection& connection)
{
    connection.stream.expires_after(patience);
    for (;;) {
        auto reading = read_request({connection.said.data(), connection.size});
        if (!std::holds_alternative<Unfinished>(reading)) {
            connection.stream.expires_never();
            connection.answering = true;
            if (const auto* const request = std::get_if<Request>(&reading)) {
                connection.forget(request->size);
            }
            co_return reading;
        }
        const auto room = asio::buffer(connection.said) + connection.size;
        const auto [unread, size] = co_await connection.stream.async_read_some(room, nothrow);
        if (unread) {
            co_return Unfinished{};
        }
        connection.size += size;
    }
}

/// Whether it went out.
asio::awaitable<bool> Service::write(Connection& connection, const Request& request, Answer made, bool again)
{
    http::response<http::string_body> response{made.status, request.version, std::move(made.body)};
    response.set(http::field::content_type, content_type(made.is_page));
    response.set("X-Content-Type-Options", "nosniff");
    if (made.status == http::status::method_not_allowed) {
        response.set(http::field::allow, "GET, HEAD");
    }
    response.keep_alive(again);
    response.prepare_payload();
    if (request.method == http::verb::head) {
        response.body().clear();
    }
    connection.stream.expires_after(patience);
    const auto [unsent, sent] = co_await http::async_write(connection.stream, response, nothrow);
    co_return !unsent;
}

asio::awaitable<void> Service::refuse(Connection& connection, Refused refused)
{
    counters_->refused(Refusal::bad_request);
    const Request unread;
    Answer made{refused.status, refused.why + "\n"}; // named: GCC 12 ends a temporary of a co_await twice
    const bool sent = co_await write(connection, unread, std::move(made), false);
    connection.answering = false;
    connection.idle_since = ++turns_;
    // RFC 9112 §9.6
    //    [...] the server performs a half-close by closing only the write side of the read/write connection. The server
    //    then continues to read from the connection until it receives a corresponding close by the client [...]
    //
    // Else what still comes in would be answered with a reset, which takes our answer away from who has not read it.
    beast::error_code error;
    connection.stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    connection.stream.expires_after(parting);
    for (std::size_t passed_over = 0; sent && !error && passed_over < most_passed_over;) {
        std::size_t size = 0;
        std::tie(error, size) = co_await connection.stream.async_read_some(asio::buffer(connection.said), nothrow);
        passed_over += size;
    }
}

asio::awaitable<Service::Answer> Service::answer(std::shared_ptr<Connection> connection, Request request)
{
    const std::string_view path = path_of(request.target);
    if (path == "/") {
        co_return index();
    }
    if (path == "/metrics") {
        co_return Answer{http::status::ok, counters_->text(MTLS_PROBE_VERSION)};
    }
    if (path != "/probe") {
        co_return Answer{http::status::not_found, "there are /probe?target=TARGET&module=MODULE and /metrics\n"};
    }
    auto reading = read_scrape(request.target);
    if (!reading.scrape) {
        co_return bad_request(reading.problem + ": write /probe?target=HOST:PORT&module=MODULE");
    }
    Answer made = co_await probe(std::move(connection), std::move(*reading.scrape), std::move(request.scrape_timeout));
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
    counters_->refused(Refusal::bad_request);
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
        counters_->refused(Refusal::not_allowed);
        return Answer{http::status::forbidden, "this target is not in allow_targets\n"};
    }
    if (counters_->in_flight() >= std::size_t{2} * concurrency_) {
        counters_->refused(Refusal::busy);
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
    Turn turn{counters_};
    std::stop_source gone;
    // Only one who pipelines says something now, and is not watched any further.
    connection->stream.socket().async_wait(asio::socket_base::wait_read,
                                           [connection, gone](beast::error_code error) mutable {
                                               if (!error && has_left(connection->stream.socket())) {
                                                   connection->close();
                                                   gone.request_stop();
                                               }
                                           });
    Workers::Work work = [this, order, stop = gone.get_token()]() -> std::optional<report::Report> {
        fleet::Manner manner = order.module->manner;
        manner.timeout = std::chrono::duration_cast<milliseconds>(order.deadline - Clock::now());
        if (manner.timeout <= milliseconds{0}) {
            return std::nullopt; // it waited too long for its turn
        }
        return fleet::probe_alone(manner, order.module->inputs, context_, order.target, stop);
    };
    auto [failed, report] = co_await workers_.run(std::move(work));
    turn.end();
    if (connection->closing) {
        counters_->refused(Refusal::client_gone);
        co_return Answer{};
    }
    connection->stream.socket().cancel();
    if (failed) {
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
