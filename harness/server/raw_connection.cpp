#include "harness/server/raw_connection.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "harness/raw/conversation.hpp"
#include "harness/server/accepted_socket.hpp"
#include "harness/server/use_result.hpp"

namespace mtls::server {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

const char* who_ended_it(EndedBy who)
{
    return who == EndedBy::client ? "the client left" : who == EndedBy::deadline ? "time was up" : "the harness ended";
}

class RawConnection {
  public:
    RawConnection(tcp::socket socket, std::uint64_t number, const RawContext& context);

    ~RawConnection() { report(EndedBy::harness); } // a server that is stopped still tells of who was there

    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    asio::awaitable<void> run();

  private:
    asio::awaitable<void> converse();
    asio::awaitable<bool> flush();
    void listen();

    struct Piece {
        std::size_t size = 0;
        std::chrono::milliseconds pause{0};
    };

    [[nodiscard]] Piece next_piece(std::size_t waiting) const;
    void complete_record(EndedBy who);
    void report(EndedBy who);

    AcceptedSocket socket_;
    asio::steady_timer pause_;
    const RawContext& context_;
    raw::Conversation conversation_;
    ConnectionRecord record_;
    std::size_t sent_ = 0;
    bool reported_ = false;
};

RawConnection::RawConnection(tcp::socket socket, std::uint64_t number, const RawContext& context)
    : socket_{std::move(socket)}, pause_{socket_->get_executor()}, context_{context},
      conversation_{context.script}, record_{record_of(socket_, number, context.listener.name)}
{
}

asio::awaitable<void> RawConnection::run()
{
    socket_.close_after(context_.patience);
    co_await converse();
    report(socket_.ended_by());
    if (conversation_.resets()) {
        socket_.reset();
    } else {
        co_await socket_.end_orderly();
    }
}

/// Until the script is at its end, or the client has left.
asio::awaitable<void> RawConnection::converse()
{
    std::array<std::uint8_t, 16384> buffer{};
    bool open = co_await flush();
    while (open && !conversation_.seen().over) {
        const auto [error, size] = co_await socket_->async_read_some(asio::buffer(buffer), use_result);
        if (error) {
            co_return;
        }
        conversation_.hear(raw::Bytes{buffer}.first(size));
        open = co_await flush();
    }
}

/// How much of `waiting` bytes may be said now, and how long to pause after it.
RawConnection::Piece RawConnection::next_piece(std::size_t waiting) const
{
    constexpr std::chrono::seconds slow{1};
    const auto interval = context_.script.raw.byte_interval;
    if (interval.count() > 0) {
        return {.size = 1, .pause = interval};
    }
    const std::size_t at_once = conversation_.slow_after().value_or(sent_ + waiting);
    if (sent_ < at_once) {
        return {.size = std::min(waiting, at_once - sent_), .pause = {}};
    }
    return {.size = 1, .pause = slow};
}

/// What there is to say, in one piece or byte by byte; without end, if the script has none.
asio::awaitable<bool> RawConnection::flush()
{
    const auto next = [&] {
        raw::Buffer said = conversation_.take_output();
        return said.empty() ? conversation_.more() : said;
    };
    raw::Buffer output = next();
    while (!output.empty()) {
        const auto [piece, interval] = next_piece(output.size());
        const auto [error, size] = co_await asio::async_write(*socket_, asio::buffer(output, piece), use_result);
        if (error) {
            listen();
            co_return false;
        }
        sent_ += piece;
        output.erase(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(piece));
        if (interval.count() > 0) {
            pause_.expires_after(interval);
            co_await pause_.async_wait(use_result);
        }
        if (output.empty()) {
            listen(); // which may be what an answer waits for
            output = next();
        }
    }
    co_return true;
}

/// Hears what the client has said while we spoke: its alert, before it left.
void RawConnection::listen()
{
    std::array<std::uint8_t, 16384> buffer{};
    boost::system::error_code error;
    while (socket_->available(error) > 0 && !conversation_.seen().over) {
        const std::size_t size = socket_->read_some(asio::buffer(buffer), error);
        conversation_.hear(raw::Bytes{buffer}.first(size));
    }
}

void RawConnection::complete_record(EndedBy who)
{
    constexpr int close_notify = 0;
    const raw::Seen& seen = conversation_.seen();
    record_.sni = seen.sni;
    record_.version = seen.version;
    const auto request_end = conversation_.request_end();
    if (request_end && sent_ >= *request_end) {
        record_.asked = {Stage::handshake};
        record_.advertised = context_.script.request.authorities ? context_.script.request.authorities->size() : 0;
    }
    record_.presented = seen.presented;
    record_.handshake_completed = seen.completed;
    record_.alert_sent = seen.alert_sent;
    const bool said_goodbye = seen.alert_received == close_notify;
    if (said_goodbye) {
        who = EndedBy::client;
    } else {
        record_.alert_received = seen.alert_received;
    }
    if (record_.alert_received) {
        record_.decision = "none";
        record_.rule = "the client sent alert " + alert_name(*seen.alert_received);
    } else if (seen.alert_sent) {
        record_.decision = "alert " + alert_name(*seen.alert_sent);
        record_.rule = "nothing that the script could go on with";
    } else if (conversation_.resets()) {
        record_.decision = "reset";
        record_.rule = "the script ends there";
    } else if (conversation_.silent() && (!seen.over || said_goodbye)) {
        record_.decision = "stall";
        record_.rule = std::string{"the script falls silent, and "} + who_ended_it(who);
    } else if (seen.over && !said_goodbye) {
        record_.decision = "close";
        record_.rule = seen.answered ? "the client answered, and the script ends there" : "the script ends there";
    } else {
        record_.decision = "none";
        record_.rule = who_ended_it(who);
    }
}

/// Tells about the connection, once.
void RawConnection::report(EndedBy who)
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

} // namespace

asio::awaitable<void> serve_raw(tcp::socket socket, std::uint64_t number, const RawContext& context)
{
    const auto connection = std::make_unique<RawConnection>(std::move(socket), number, context);
    co_await connection->run();
}

} // namespace mtls::server
