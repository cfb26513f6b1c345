#include "probe/exporter/session.hpp"

#include <chrono>
#include <exception>
#include <iostream>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
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
constexpr std::size_t longest_body = 1024;
/// For a whole request to come, and for a whole answer to be taken.
constexpr std::chrono::seconds patience{10};

constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// Of what a stranger wrote as much as a line has room for; what stands before an '@' may be a password.
std::string shown(std::string_view text)
{
    constexpr std::size_t most = 80;
    const auto at = text.rfind('@');
    const std::string safe = x509::printable((at == std::string_view::npos ? text : text.substr(at)).substr(0, most));
    return at == std::string_view::npos ? safe : "..." + safe;
}

const char* content_type(bool is_page)
{
    return is_page ? "text/html; charset=utf-8" : metrics_type;
}

} // namespace

struct Service::Connection {
    explicit Connection(asio::ip::tcp::socket socket) : stream{std::move(socket)} {}

    beast::tcp_stream stream;
    bool answering = false;
};

struct Service::Answer {
    http::status status = http::status::ok;
    std::string body;
    bool is_page = false;
};

Service::Service(asio::io_context& io, std::shared_ptr<const Config> config)
    : io_{io}, config_{std::move(config)}, concurrency_{config_->concurrency}, pool_{concurrency_}
{
}

void Service::serve(asio::ip::tcp::socket socket)
{
    if (stopping_ || connections_.size() >= most_connections) {
        return; // closed
    }
    const auto connection = std::make_shared<Connection>(std::move(socket));
    connections_.insert(connection);
    asio::co_spawn(io_, converse(connection), [this, connection](const std::exception_ptr& failure) {
        connections_.erase(connection);
        if (failure) {
            std::cerr << "mtls-exporter: a request could not be answered\n";
        }
    });
}

void Service::stop()
{
    stopping_ = true;
    for (const auto& connection : connections_) {
        if (!connection->answering) {
            connection->stream.close();
        }
    }
}

asio::awaitable<void> Service::converse(std::shared_ptr<Connection> connection)
{
    beast::tcp_stream& stream = connection->stream;
    beast::flat_buffer buffer{longest_header + longest_body};
    bool again = true;
    while (again && !stopping_) {
        http::request_parser<http::string_body> parser;
        parser.header_limit(longest_header);
        parser.body_limit(longest_body);
        stream.expires_after(patience);
        auto [unread, size] = co_await http::async_read(stream, buffer, parser, nothrow);
        if (unread) {
            break;
        }
        connection->answering = true;
        stream.expires_never();
        const auto& request = parser.get();
        const bool known = request.method() == http::verb::get || request.method() == http::verb::head;
        Answer made{http::status::method_not_allowed, "only GET\n"};
        if (known) {
            std::string target{request.target()};
            std::string scrape_timeout{request["X-Prometheus-Scrape-Timeout-Seconds"]};
            made = co_await answer(std::move(target), std::move(scrape_timeout));
        }
        again = request.keep_alive() && !stopping_;
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
        again = again && !unsent;
    }
    beast::error_code ignored;
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

asio::awaitable<Service::Answer> Service::answer(std::string target, std::string scrape_timeout)
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
    Answer made = co_await probe(std::move(*reading.scrape), std::move(scrape_timeout));
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

asio::awaitable<Service::Answer> Service::probe(Scrape scrape, std::string scrape_timeout)
{
    const auto config = config_; // a reload may change it while this one runs
    const auto module = config->modules.find(scrape.module);
    const auto target = net::parse_target(scrape.target);
    if (module == config->modules.end()) {
        co_return bad_request("there is no module '" + shown(scrape.module) + "'; there is: " + names_of(*config));
    }
    if (!target) {
        co_return bad_request("target '" + shown(scrape.target) + "': " + target.error().why);
    }
    if (!module->second.manner.http && target->path.value_or("/") != "/") {
        co_return bad_request("the target names a path, but module '" + shown(scrape.module) + "' requests nothing");
    }
    if (!config->allowed.allows(target->host, fleet::port_of(module->second.manner, *target))) {
        counters_.refused(Refusal::not_allowed);
        co_return Answer{http::status::forbidden, "this target is not in allow_targets\n"};
    }
    if (counters_.in_flight() >= std::size_t{2} * concurrency_) {
        counters_.refused(Refusal::busy);
        co_return Answer{http::status::service_unavailable, "too many probes at once\n"};
    }
    const auto deadline = Clock::now() + time_for(module->second.manner.timeout, scrape_timeout);
    counters_.entered();
    // In a thread of the pool, since a probe waits for its connections.
    const auto work = [this, config, &chosen = module->second, wanted = *target,
                       deadline]() -> asio::awaitable<std::optional<report::Report>> {
        fleet::Manner manner = chosen.manner;
        manner.timeout = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
        if (manner.timeout <= milliseconds{0}) {
            co_return std::nullopt; // it waited too long for its turn
        }
        co_return fleet::probe_alone(manner, chosen.inputs, context_, wanted, std::stop_token{});
    };
    auto [failure, report] = co_await asio::co_spawn(pool_.get_executor(), work(), nothrow);
    counters_.left();
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
