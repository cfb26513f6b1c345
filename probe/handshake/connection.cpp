#include "probe/handshake/connection.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include "certs/x509/name.hpp"
#include "probe/handshake/approach.hpp"
#include "probe/handshake/first_bytes.hpp"
#include "probe/handshake/http_exchange.hpp"
#include "probe/handshake/tap.hpp"
#include "probe/handshake/tls_engine.hpp"
#include "probe/net/stream.hpp"

namespace mtls::handshake {

namespace asio = boost::asio;
using net::Deadline;
using net::IoResult;
using net::IoStatus;
using observation::Observation;
using observation::Outcome;
using Clock = std::chrono::steady_clock;

namespace {

/// No answer that we came for is longer; a server that sends on and on is cut off here.
constexpr std::size_t most_bytes = 4UL * 1024 * 1024;

/// How long to wait for the rest of a page whose status is known.
constexpr std::chrono::milliseconds page_time{300};

/// The state of one conversation; its steps read from top to bottom.
class Conversation {
  public:
    Conversation(asio::any_io_executor executor, const ClientContext& context, const Question& question);

    asio::awaitable<Observation> run();

  private:
    asio::awaitable<void> talk();
    asio::awaitable<bool> shake_hands();
    asio::awaitable<void> listen();
    asio::awaitable<void> request();
    asio::awaitable<bool> read_answer(HttpExchange& http);
    asio::awaitable<void> leave();

    /// Sends what the engine has queued. A server that no longer reads may still have something to say, so a failed
    /// write is no end: the next read tells.
    asio::awaitable<void> flush();

    /// Waits for bytes and feeds them to the engine; false when there are no more, with what that means in `gone_`.
    asio::awaitable<bool> receive(Deadline deadline);

    [[nodiscard]] bool speaks_http() const;
    void end(Outcome outcome, std::string detail);
    void end_by_failure();
    void end_by_silence(const std::string& waiting_for);

    const Question& question_;
    Clock::time_point began_ = Clock::now();
    Deadline last_;
    Observation seen_;
    Tap tap_;
    TlsEngine engine_;
    net::Stream stream_;
    FirstBytes first_;
    IoResult gone_;
    std::optional<std::string> unsent_; ///< why our last words did not leave this machine
    std::size_t received_ = 0;
    std::string place_;
};

Observation blank(const Question& question)
{
    Observation seen;
    seen.purpose = question.purpose;
    seen.variant = question.variant;
    seen.candidate = question.candidate;
    return seen;
}

Conversation::Conversation(asio::any_io_executor executor, const ClientContext& context, const Question& question)
    : question_{question}, last_{began_ + question.patience.whole}, seen_{blank(question)}, tap_{seen_, began_},
      engine_{context, question, seen_, tap_}, stream_{std::move(executor), question.traffic},
      place_{place_of(question.variant.address, question.variant.port)}
{
}

asio::awaitable<Observation> Conversation::run()
{
    co_await talk();
    stream_.close();
    seen_.duration_ms = std::chrono::duration<double, std::milli>(Clock::now() - began_).count();
    co_return std::move(seen_);
}

asio::awaitable<void> Conversation::talk()
{
    // One co_await a statement: GCC 12 loses its way among several in one condition.
    const Deadline connect_until = std::min(last_, began_ + question_.patience.connect);
    auto blocked = co_await approach(stream_, question_, connect_until, last_);
    if (blocked) {
        end(blocked->outcome, std::move(blocked->detail));
        co_return;
    }
    const bool secured = co_await shake_hands();
    if (!secured) {
        co_return;
    }
    if (question_.http && speaks_http()) {
        co_await request();
    } else {
        co_await listen();
    }
    co_await leave();
}

/// What was agreed on by ALPN, if anything, is HTTP/1.
bool Conversation::speaks_http() const
{
    return seen_.negotiated && seen_.negotiated->alpn.value_or("http/1.1").starts_with("http/1");
}

void Conversation::end(Outcome outcome, std::string detail)
{
    seen_.outcome = outcome;
    seen_.detail = std::move(detail);
}

asio::awaitable<void> Conversation::flush()
{
    const auto bytes = engine_.take_output();
    if (!bytes.empty()) {
        const net::IoResult sent = co_await stream_.write_all(bytes, last_);
        if (sent.status == IoStatus::failed) { // ours; what the server did to the connection, a read tells better
            unsent_ = sent.why;
        }
    }
}

asio::awaitable<bool> Conversation::receive(Deadline deadline)
{
    if (unsent_) {
        gone_ = {IoStatus::failed, 0, "what we had to say could not be sent (" + *unsent_ + ")"};
        co_return false;
    }
    std::array<std::uint8_t, 16UL * 1024> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the read
    gone_ = co_await stream_.read_some(buffer, deadline);
    if (gone_.status == IoStatus::ok && (received_ += gone_.bytes) > most_bytes) {
        gone_ = {IoStatus::failed, 0, "it sends without end"};
    }
    if (gone_.status != IoStatus::ok) {
        co_return false;
    }
    const std::span bytes{buffer.data(), gone_.bytes};
    first_.add(bytes);
    engine_.feed(bytes);
    co_return true;
}

asio::awaitable<bool> Conversation::shake_hands()
{
    for (;;) {
        const auto step = engine_.handshake();
        co_await flush();
        if (step == TlsEngine::Step::done) {
            co_return true;
        }
        if (step != TlsEngine::Step::want_more) {
            end_by_failure();
            co_return false;
        }
        const bool more = co_await receive(last_);
        if (!more) {
            end_by_silence("in the handshake");
            co_return false;
        }
        if (first_.foreign()) {
            end(Outcome::not_tls, place_ + " does not speak TLS here: " + first_.describe());
            co_return false;
        }
    }
}

void Conversation::end_by_failure()
{
    if (seen_.alert && seen_.alert->direction == observation::Direction::received) {
        end(Outcome::alert, "the server sent alert " + name(seen_.alert->code) + " (" +
                                std::to_string(static_cast<int>(seen_.alert->code)) + ")");
        return;
    }
    end(Outcome::protocol_error, "the server broke the TLS protocol: " + engine_.failure());
}

void Conversation::end_by_silence(const std::string& waiting_for)
{
    auto [outcome, detail] = broken_off(gone_, place_, waiting_for);
    end(outcome, std::move(detail));
}

/// Without HTTP: only what the server does next tells what it thinks of the certificate.
asio::awaitable<void> Conversation::listen()
{
    const Deadline until = std::min(last_, Clock::now() + question_.patience.settle);
    std::string data;
    for (;;) {
        const auto step = engine_.read(data);
        co_await flush();
        if (step == TlsEngine::Step::done) {
            seen_.data_received = true;
            end(Outcome::completed, "the server sent data after the handshake");
            co_return;
        }
        if (step == TlsEngine::Step::failed) {
            end_by_failure();
            co_return;
        }
        if (step == TlsEngine::Step::ended) {
            end(Outcome::closed, "the server closed the connection after the handshake, with close_notify");
            co_return;
        }
        const bool more = co_await receive(until);
        if (!more) {
            break;
        }
    }
    if (gone_.status == IoStatus::timeout) {
        seen_.settled = true;
        end(Outcome::completed, "the handshake is complete, and the server stayed silent");
    } else {
        end_by_silence("after the handshake");
    }
}

asio::awaitable<void> Conversation::request()
{
    HttpExchange http{*question_.http};
    if (engine_.write(http.request()) == TlsEngine::Step::failed) {
        end_by_failure();
        co_return;
    }
    seen_.http_requested = true;
    co_await flush();
    const bool sound = co_await read_answer(http);
    seen_.http = http.answer();
    if (seen_.http) {
        end(Outcome::completed, "HTTP " + std::to_string(seen_.http->status));
    } else if (http.state() == HttpExchange::State::foreign) {
        end(Outcome::completed, "the server answered with something that is not HTTP/1 (--no-http sends no request)");
    } else if (!sound) {
        end_by_failure();
    } else {
        end_by_silence("after the HTTP request");
    }
}

/// Reads until the answer is there or nothing more comes; false if TLS failed.
asio::awaitable<bool> Conversation::read_answer(HttpExchange& http)
{
    Deadline until = std::min(last_, Clock::now() + question_.patience.answer);
    std::string data;
    for (;;) {
        const auto step = engine_.read(data);
        co_await flush();
        if (step == TlsEngine::Step::failed) {
            co_return false;
        }
        if (step == TlsEngine::Step::ended) {
            gone_.status = IoStatus::closed;
            co_return true;
        }
        if (step == TlsEngine::Step::want_more) {
            const bool more = co_await receive(until);
            if (!more) {
                co_return true;
            }
            continue;
        }
        seen_.data_received = true;
        const auto before = http.state();
        const auto state = http.feed(data);
        data.clear();
        if (state == HttpExchange::State::done || state == HttpExchange::State::foreign) {
            co_return true;
        }
        if (state == HttpExchange::State::header && before != state) {
            // The status is what we came for; the page gets a moment to say its substatus.
            until = std::min(until, Clock::now() + page_time);
        }
    }
}

asio::awaitable<void> Conversation::leave()
{
    engine_.close();
    co_await flush();
}

} // namespace

asio::awaitable<Observation> converse(asio::any_io_executor executor, const ClientContext& context,
                                      const Question& question)
{
    Conversation conversation{std::move(executor), context, question};
    co_return co_await conversation.run();
}

} // namespace mtls::handshake
