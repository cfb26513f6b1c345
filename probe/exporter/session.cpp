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

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "probe/exporter/nothrow.hpp"
#include "probe/report/markup.hpp"

namespace mtls::exporter {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

constexpr std::size_t most_connections = 256;
/// For a whole request to come, and for a whole answer to be taken.
constexpr std::chrono::seconds patience{10};
/// For a client to read why it was refused, while it may still be sending.
constexpr std::chrono::seconds parting{2};
constexpr std::size_t most_passed_over = std::size_t{16} << 20U; // bytes

constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

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

Service::Service(asio::io_context& io, std::shared_ptr<const Config> config)
    : io_{io}, config_{std::move(config)}, probes_{io, config_->concurrency, counters_}
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
                counters_->refused(Refusal::failed);
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

asio::awaitable<Answer> Service::answer(std::shared_ptr<Connection> connection, Request request)
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
        co_return probes_.bad_request(reading.problem + ": write /probe?target=HOST:PORT&module=MODULE");
    }
    auto understood = probes_.understand(config_, *reading.scrape, request.scrape_timeout);
    if (auto* const refusal = std::get_if<Answer>(&understood)) {
        co_return std::move(*refusal);
    }
    Answer made = co_await probe(std::move(connection), std::get<Order>(std::move(understood)));
    co_return made;
}

Answer Service::index() const
{
    std::string text =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>mtls-exporter</title></head>\n"
        "<body><h1>mtls-exporter</h1>\n<p><a href=\"/metrics\">Its own metrics</a></p>\n"
        "<p>Probes: <code>/probe?target=HOST:PORT&amp;module=MODULE</code></p>\n";
    text += "<p>Modules: " + report::markup(names_of(*config_)) + "</p>\n</body></html>\n";
    return {http::status::ok, text, true};
}

asio::awaitable<Answer> Service::probe(std::shared_ptr<Connection> connection, Order order)
{
    std::stop_source gone;
    // Only one who pipelines says something now, and is not watched any further.
    connection->stream.socket().async_wait(asio::socket_base::wait_read,
                                           [connection, gone](beast::error_code error) mutable {
                                               if (!error && has_left(connection->stream.socket())) {
                                                   connection->close();
                                                   gone.request_stop();
                                               }
                                           });
    Answer made = co_await probes_.make(std::move(order), gone.get_token());
    if (!connection->closing) {
        connection->stream.socket().cancel(); // the wait
    }
    co_return made;
}

} // namespace mtls::exporter
