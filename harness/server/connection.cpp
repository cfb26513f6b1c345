#include "harness/server/connection.hpp"

#include <array>
#include <functional>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/x509_vfy.h>

#include "harness/server/accepted_socket.hpp"
#include "harness/server/answer.hpp"
#include "harness/server/w3c_log.hpp"
#include "harness/server/wcf_log.hpp"

namespace mtls::server {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Status = TlsSession::Status;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

/// How a connection ends.
enum class Ending { orderly, reset };

const char* end_without_decision(EndedBy who, bool handshake_completed)
{
    switch (who) {
    case EndedBy::client:
        return handshake_completed ? "the client left without a request" : "the client left in the handshake";
    case EndedBy::deadline:
        return handshake_completed ? "no request came in time" : "the handshake did not end in time";
    case EndedBy::harness:
        break;
    }
    return handshake_completed ? "the harness ended while it waited for a request"
                               : "the harness ended in the handshake";
}

class Connection {
  public:
    Connection(tcp::socket socket, std::uint64_t number, const ListenerContext& context);

    ~Connection() { report(EndedBy::harness); } // a server that is stopped still tells of who was there

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
    asio::awaitable<Status> receive(HttpRequestReader& reader, HttpRequestReader::State wanted);
    asio::awaitable<void> answer(const HttpRequest& request, const Verdict& verdict, Clock::time_point start);
    asio::awaitable<void> end_orderly();
    void end_with_reset();
    void note_verdict(const HttpRequest& request, const Verdict& verdict, Clock::time_point start, bool answered);
    [[nodiscard]] std::string refusal_reason() const;
    void complete_record(EndedBy who);
    void report(EndedBy who);

    AcceptedSocket socket_;
    const ListenerContext& context_;
    TlsSession tls_;
    ConnectionRecord record_;
    std::string pending_; // decrypted, not yet consumed
    bool reported_ = false;
};

Connection::Connection(tcp::socket socket, std::uint64_t number, const ListenerContext& context)
    : socket_{std::move(socket)}, context_{context}, tls_{context.base,
                                                          [&context](const auto& sni) {
                                                              return context.sites.serving(context.listener, sni);
                                                          }},
      record_{record_of(socket_, number, context.listener.name)}
{
}

asio::awaitable<void> Connection::run()
{
    socket_.close_after(context_.patience);
    const Ending ending = co_await converse();
    report(socket_.ended_by());
    if (ending == Ending::reset) {
        end_with_reset();
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
        record_.decision = "reset";
        record_.rule = "no binding serves this address and name";
        co_return Ending::reset;
    }
    const Refusal refusal = context_.listener.refusal;
    if (ours && refusal != Refusal::alert && tls_.site() != nullptr) {
        tls_.discard_output();
        record_.decision = refusal == Refusal::reset ? "reset" : "close";
        record_.rule = refusal_reason();
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
    record_.decision = "accepted";
    record_.rule = "the handshake completed, and nothing is served here";
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

asio::awaitable<Status> Connection::receive(HttpRequestReader& reader, HttpRequestReader::State wanted)
{
    const std::function<Status()> step = [&]() -> Status {
        using enum HttpRequestReader::State;
        for (;;) {
            const auto state = reader.consume(pending_);
            if (state == malformed) {
                return Status::failed;
            }
            if (state == complete || state == wanted) {
                return Status::done;
            }
            const Status status = tls_.read(pending_);
            if (status != Status::done) {
                return status;
            }
        }
    };
    const Status status = co_await progress(step);
    co_return status;
}

/// Null: another request may follow.
asio::awaitable<std::optional<Ending>> Connection::serve_request()
{
    HttpRequestReader reader;
    const Status header = co_await receive(reader, HttpRequestReader::State::body);
    if (header != Status::done) {
        const Ending ending = co_await turned_down();
        co_return ending;
    }
    const auto start = Clock::now();
    const HttpRequest request = reader.request();
    const Site& site = *tls_.site();
    const NextStep next = site.next_step(request, {.version = *tls_.version(),
                                                   .already_asked = !tls_.requests_sent().empty(),
                                                   .offers_post_handshake = tls_.offers_post_handshake()});
    if (next.kind == NextStep::Kind::reset) {
        note_verdict(request, next.answer, start, false);
        co_return Ending::reset;
    }
    if (next.kind == NextStep::Kind::answer) {
        co_await answer(request, next.answer, start);
        co_return Ending::orderly;
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
    if (request.expects_continue) {
        tls_.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    const Status body = co_await receive(reader, HttpRequestReader::State::complete);
    if (body != Status::done) {
        const Ending ending = co_await turned_down();
        co_return ending;
    }
    const Verdict verdict = site.judge(request, tls_.presented());
    co_await answer(request, verdict, start);
    if (verdict.close || !request.keep_alive) {
        co_return Ending::orderly;
    }
    co_return std::nullopt;
}

asio::awaitable<void> Connection::answer(const HttpRequest& request, const Verdict& verdict, Clock::time_point start)
{
    const auto afterwards = verdict.close || !request.keep_alive ? Afterwards::close : Afterwards::keep_alive;
    tls_.write(http_answer(context_.personality, verdict, request, tls_.site()->host(), afterwards));
    note_verdict(request, verdict, start, true);
    co_await flush();
}

void Connection::note_verdict(const HttpRequest& request, const Verdict& verdict, Clock::time_point start,
                              bool answered)
{
    const bool iis = context_.personality == scenario::Personality::iis;
    record_.requests.push_back({.request = request,
                                .verdict = verdict,
                                .answered = answered,
                                .took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start)});
    record_.decision = answered ? std::to_string(verdict.status) : "reset";
    const bool self_hosted = tls_.site()->host() == HttpHost::self_hosted;
    if (answered && self_hosted && judged_bad(verdict)) {
        record_.decision += " native error code " + native_error_text(verdict.win32);
    } else if (answered && iis && !self_hosted && verdict.status >= 400) {
        record_.decision += "." + std::to_string(verdict.substatus);
    }
    record_.rule = verdict.rule;
    if (iis && answered && context_.events.log_line) {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const RequestRecord& latest = record_.requests.back();
        const std::string line = self_hosted ? wcf_line(record_, latest, now) : w3c_line(record_, latest, now);
        if (!line.empty()) {
            context_.events.log_line(line);
        }
    }
}

/// Why the TLS layer refused, for a person.
std::string Connection::refusal_reason() const
{
    const int verify_error = tls_.presented().verify_error;
    return verify_error == X509_V_OK ? tls_.error() : X509_verify_cert_error_string(verify_error);
}

void Connection::complete_record(EndedBy who)
{
    constexpr int close_notify = 0;
    record_.sni = tls_.sni();
    record_.version = tls_.version();
    record_.handshake_completed = tls_.handshake_completed();
    record_.alpn = tls_.alpn();
    record_.asked = tls_.requests_sent();
    record_.presented = tls_.presented().chain;
    if (tls_.site() != nullptr) {
        record_.site = tls_.site()->label(record_.server_port);
        record_.advertised = record_.asked.empty() ? 0 : tls_.site()->tls().advertise.size();
    }
    const bool discarded = record_.decision == "reset" || record_.decision == "close";
    if (tls_.alert_sent() != close_notify && !discarded) {
        record_.alert_sent = tls_.alert_sent();
    }
    if (tls_.alert_received() != close_notify) {
        record_.alert_received = tls_.alert_received();
    }
    if (record_.decision.empty() && record_.alert_sent) {
        record_.decision = "alert " + alert_name(*record_.alert_sent);
        record_.rule = refusal_reason();
    } else if (record_.decision.empty()) {
        record_.decision = "none";
        if (record_.alert_received) {
            record_.rule = "the client sent alert " + alert_name(*record_.alert_received);
        } else if (!record_.handshake_completed && !tls_.error().empty()) {
            record_.rule = "what the client sent is no handshake: " + tls_.error();
        } else {
            record_.rule = end_without_decision(who, record_.handshake_completed);
        }
    }
}

/// Tells about the connection, once.
void Connection::report(EndedBy who)
{
    if (reported_) {
        return;
    }
    reported_ = true;
    complete_record(who);
    if (context_.events.connection) {
        context_.events.connection(record_);
    }
}

asio::awaitable<void> Connection::end_orderly()
{
    if (context_.personality != scenario::Personality::iis && tls_.handshake_completed() && !record_.alert_sent &&
        record_.decision != "close") {
        tls_.close_notify();
        co_await flush();
    }
    co_await socket_.end_orderly();
}

void Connection::end_with_reset()
{
    error_code ignored;
    socket_->set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_->close(ignored);
}

} // namespace

asio::awaitable<void> serve(tcp::socket socket, std::uint64_t number, const ListenerContext& context)
{
    const auto connection = std::make_unique<Connection>(std::move(socket), number, context);
    co_await connection->run();
}

} // namespace mtls::server
