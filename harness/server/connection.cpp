#include "harness/server/connection.hpp"

#include <array>
#include <functional>
#include <limits>
#include <memory>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <openssl/x509_vfy.h>

#include "harness/server/accepted_socket.hpp"
#include "harness/server/answer.hpp"
#include "harness/server/record_keeper.hpp"
#include "harness/server/use_result.hpp"

namespace mtls::server {
namespace asio = boost::asio;
using asio::ip::tcp;
using Status = TlsSession::Status;

namespace {

/// How a connection ends.
enum class Ending { orderly, reset };

/// Of a request that is no HTTP. Of a version that nobody knows nginx says so (505), the others do not.
int refusal_status(HttpRequestReader::Fault fault, scenario::Personality personality)
{
    using enum HttpRequestReader::Fault;
    return fault == too_long ? 413 : fault == version && personality == scenario::Personality::nginx ? 505 : 400;
}

class Connection {
  public:
    Connection(tcp::socket socket, std::uint64_t number, const ListenerContext& context);

    ~Connection() { keeper_.tell(tls_, EndedBy::harness); } // a server that is stopped still tells of who was there

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    asio::awaitable<void> run();

  private:
    asio::awaitable<Ending> converse();
    asio::awaitable<Status> progress(const std::function<Status()>& step);
    asio::awaitable<bool> flush();
    asio::awaitable<Ending> turned_down();
    asio::awaitable<Ending> stay_silent();
    asio::awaitable<Ending> serve_requests();
    asio::awaitable<std::optional<Ending>> serve_request();
    asio::awaitable<Status> receive(HttpRequestReader& reader, HttpRequestReader::State wanted,
                                    std::uint64_t enough = std::numeric_limits<std::uint64_t>::max());
    void invite_body(const HttpRequest& request);
    asio::awaitable<Ending> not_received(const HttpRequestReader& reader);
    asio::awaitable<void> answer(const HttpRequest& request, const Verdict& verdict);
    asio::awaitable<void> end_orderly();

    AcceptedSocket socket_;
    const ListenerContext& context_;
    TlsSession tls_;
    RecordKeeper keeper_;
    std::string pending_; // decrypted, not yet consumed
};

Connection::Connection(tcp::socket socket, std::uint64_t number, const ListenerContext& context)
    : socket_{std::move(socket)}, context_{context}, tls_{context.base,
                                                          [&context,
                                                           reached = reached_address(socket_)](const auto& sni) {
                                                              return context.sites.serving(context.listener, reached,
                                                                                           sni);
                                                          }},
      keeper_{record_of(socket_, number, context.listener.name), context.personality, context.events}
{
}

asio::awaitable<void> Connection::run()
{
    socket_.close_after(context_.patience);
    const Ending ending = co_await converse();
    keeper_.tell(tls_, socket_.ended_by());
    if (ending == Ending::reset) {
        socket_.reset();
        co_return;
    }
    co_await end_orderly();
}

asio::awaitable<Ending> Connection::converse()
{
    const std::function<Status()> handshake = [this] { return tls_.handshake(); };
    const Status status = co_await progress(handshake);
    if (status != Status::done) {
        const Ending ending = co_await turned_down();
        co_return ending;
    }
    if (!context_.listener.http) {
        const Ending ending = co_await stay_silent();
        co_return ending;
    }
    const Ending ending = co_await serve_requests();
    co_return ending;
}

/// Repeats `step` until it needs no more bytes from the client. What a failing step wants to say is still to be sent.
asio::awaitable<Status> Connection::progress(const std::function<Status()>& step)
{
    std::array<char, 16384> buffer{};
    for (;;) {
        const Status status = step();
        if (status != Status::want_input && status != Status::done) {
            co_return status;
        }
        const bool sent = co_await flush(); // GCC 12 loses its way among several co_awaits in one condition
        if (!sent) {
            co_return Status::closed;
        }
        if (status == Status::done) {
            co_return status;
        }
        const auto [error, size] = co_await socket_->async_read_some(asio::buffer(buffer), use_result);
        if (error) {
            co_return Status::closed;
        }
        tls_.feed({buffer.data(), size});
    }
}

asio::awaitable<bool> Connection::flush()
{
    const std::string output = tls_.take_output();
    if (output.empty()) {
        co_return true;
    }
    const auto [error, size] = co_await asio::async_write(*socket_, asio::buffer(output), use_result);
    co_return !error;
}

/// The TLS layer refused, or the client did. Our alert, if there is one, still waits to be sent.
asio::awaitable<Ending> Connection::turned_down()
{
    using scenario::Refusal;
    const bool ours = tls_.alert_sent() && !tls_.alert_received();
    if (tls_.unserved()) {
        tls_.discard_output();
        keeper_.decide("reset", "no binding serves this address and name");
        co_return Ending::reset;
    }
    const Refusal refusal = context_.listener.refusal;
    if (ours && refusal != Refusal::alert && tls_.site() != nullptr) {
        tls_.discard_output();
        keeper_.decide(refusal == Refusal::reset ? "reset" : "close", refusal_reason(tls_));
        co_return refusal == Refusal::reset ? Ending::reset : Ending::orderly;
    }
    if (ours && tls_.site() != nullptr && tls_.presented().verify_error != X509_V_OK) {
        if (const auto other = tls_.site()->tls().replace_alert) {
            tls_.replace_output_with_alert(static_cast<std::uint8_t>(*other));
        }
    }
    co_await flush();
    co_return Ending::orderly;
}

asio::awaitable<Ending> Connection::stay_silent()
{
    keeper_.decide("accepted", "the handshake completed, and nothing is served here");
    std::string ignored;
    const std::function<Status()> drain = [&] {
        const Status status = tls_.read(ignored);
        return status == Status::done ? Status::want_input : status;
    };
    co_await progress(drain);
    co_return Ending::orderly;
}

asio::awaitable<Ending> Connection::serve_requests()
{
    for (;;) {
        const auto ending = co_await serve_request();
        if (ending) {
            co_return *ending;
        }
    }
}

/// Until the request is as far as `wanted`, or more than `enough` bytes of its body are there.
asio::awaitable<Status> Connection::receive(HttpRequestReader& reader, HttpRequestReader::State wanted,
                                            std::uint64_t enough)
{
    const std::function<Status()> step = [&]() -> Status {
        using enum HttpRequestReader::State;
        for (;;) {
            const auto state = reader.consume(pending_);
            if (state == malformed) {
                return Status::failed;
            }
            if (state == complete || state == wanted || reader.body_read() > enough) {
                return Status::done;
            }
            const Status status = tls_.read(pending_);
            if (status != Status::done) {
                return status;
            }
            keeper_.begin_request();
        }
    };
    const Status status = co_await progress(step);
    co_return status;
}

/// Of a request, the rest will not come, or what came is no HTTP.
asio::awaitable<Ending> Connection::not_received(const HttpRequestReader& reader)
{
    if (reader.why().empty()) {
        const Ending ending = co_await turned_down();
        co_return ending;
    }
    if (!keeper_.request_is_open()) {
        keeper_.open_request(reader.request());
    }
    const Verdict verdict{.status = refusal_status(reader.fault(), context_.personality),
                          .substatus = 0,
                          .win32 = 0,
                          .rule = "the request is no HTTP that is understood here: " + reader.why(),
                          .close = true,
                          .unread = true};
    co_await answer(reader.request(), verdict);
    co_return Ending::orderly;
}

void Connection::invite_body(const HttpRequest& request)
{
    if (request.expects_continue) {
        tls_.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
}

/// Null: another request may follow.
asio::awaitable<std::optional<Ending>> Connection::serve_request()
{
    HttpRequestReader reader;
    const Status header = co_await receive(reader, HttpRequestReader::State::body);
    if (header != Status::done) {
        const Ending ending = co_await not_received(reader);
        co_return ending;
    }
    const HttpRequest request = reader.request();
    keeper_.open_request(request);
    const Site& site = *tls_.site();
    const NextStep next = site.next_step(request, {.version = *tls_.version(),
                                                   .already_asked = !tls_.requests_sent().empty(),
                                                   .offers_post_handshake = tls_.offers_post_handshake()});
    if (next.kind == NextStep::Kind::reset) {
        keeper_.reset(request, next.answer.rule);
        co_return Ending::reset;
    }
    if (next.kind == NextStep::Kind::answer) {
        co_await answer(request, next.answer);
        co_return Ending::orderly;
    }
    const bool reads_ahead = next.kind == NextStep::Kind::ask && next.read_ahead && request.chunked;
    if (reads_ahead) {
        invite_body(request);
        const Status body = co_await receive(reader, HttpRequestReader::State::complete, *next.read_ahead);
        if (body != Status::done) {
            const Ending ending = co_await not_received(reader);
            co_return ending;
        }
        if (reader.body_read() > *next.read_ahead) {
            co_await answer(request, next.answer);
            co_return Ending::orderly;
        }
    }
    if (next.kind == NextStep::Kind::ask) {
        Status status = tls_.ask_late();
        if (status == Status::done || status == Status::want_input) {
            const std::function<Status()> late_handshake = [this] { return tls_.late_handshake(); };
            status = co_await progress(late_handshake);
        }
        if (status != Status::done) {
            const Ending ending = co_await turned_down();
            co_return ending;
        }
    }
    if (!reads_ahead) {
        invite_body(request);
    }
    const Status body = co_await receive(reader, HttpRequestReader::State::complete);
    if (body != Status::done) {
        const Ending ending = co_await not_received(reader);
        co_return ending;
    }
    const Verdict verdict = site.judge(request, tls_.presented());
    co_await answer(request, verdict);
    if (verdict.close || !request.keep_alive) {
        co_return Ending::orderly;
    }
    co_return std::nullopt;
}

asio::awaitable<void> Connection::answer(const HttpRequest& request, const Verdict& verdict)
{
    const auto afterwards = verdict.close || !request.keep_alive ? Afterwards::close : Afterwards::keep_alive;
    tls_.write(http_answer(context_.personality, verdict, request, tls_.site()->host(), afterwards));
    keeper_.answered(request, verdict, tls_.site()->host());
    co_await flush();
}

asio::awaitable<void> Connection::end_orderly()
{
    if (context_.personality != scenario::Personality::iis && tls_.handshake_completed() && !keeper_.alert_was_sent() &&
        !keeper_.closed_unasked()) {
        tls_.close_notify();
        co_await flush();
    }
    co_await socket_.end_orderly();
}

} // namespace

asio::awaitable<void> serve(tcp::socket socket, std::uint64_t number, const ListenerContext& context)
{
    const auto connection = std::make_unique<Connection>(std::move(socket), number, context);
    co_await connection->run();
}

} // namespace mtls::server
