#include "probe/handshake/list_connection.hpp"

/// What a ListAsker::Connection does once the way to where TLS begins is free.
namespace mtls::handshake {

namespace asio = boost::asio;
using boost::system::error_code;
using hello::Dialogue;
using observation::Outcome;
using Clock = std::chrono::steady_clock;

void ListAsker::Connection::say_hello()
{
    error_code error;
    socket_.non_blocking(true, error);
    dialogue_.emplace(hello::Offer{question_.variant.sni, question_.variant.tls_offered, question_.alpn},
                      shared_->bench, static_cast<hello::Listener&>(*this));
    connect_until_ = last_;
    if (flush()) {
        await_bytes();
    }
}

/// A ClientHello is smaller than any socket's buffer: it goes out at once, or the server is gone and a read tells why.
/// False: it could not be sent for a reason of our own, which was the end.
bool ListAsker::Connection::flush()
{
    const auto bytes = dialogue_->take_output();
    if (bytes.empty()) {
        return true;
    }
    error_code error;
    const std::size_t sent = socket_.send(asio::buffer(bytes), 0, error);
    if (logged_ && !error) {
        question_.traffic->sent(*logged_, hello::Bytes{bytes}.first(sent));
    }
    const net::IoResult result = net::io_result(error, sent);
    if (result.status == net::IoStatus::failed) {
        end(Outcome::protocol_error, "send to " + place() + ": " + result.why);
        return false;
    }
    return true;
}

void ListAsker::Connection::await_bytes()
{
    socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
        if (self->over_) {
            return;
        }
        if (error) {
            self->stop(error);
        } else {
            self->read();
        }
    });
}

void ListAsker::Connection::read()
{
    error_code error;
    const std::size_t size = socket_.receive(asio::buffer(shared_->buffer), 0, error);
    if (error == asio::error::would_block) {
        await_bytes();
    } else if (error) {
        stop(error);
    } else {
        const hello::Bytes bytes{shared_->buffer.data(), size};
        if (logged_) {
            question_.traffic->received(*logged_, bytes);
        }
        take(bytes);
    }
}

void ListAsker::Connection::take(std::span<const std::uint8_t> bytes)
{
    if (!dialogue_->speaks_tls()) {
        first_.add(bytes);
    }
    switch (dialogue_->feed(bytes)) {
    case Dialogue::State::asking:
        if (!flush()) {
            return;
        }
        if (!seen_.certificate_requests.empty()) { // what we came for is there
            end_by(Clock::now() + question_.patience.settle);
        }
        await_bytes();
        return;
    case Dialogue::State::done:
        end(Outcome::completed, "the server's first flight was read; the handshake was not completed");
        return;
    case Dialogue::State::alerted:
        end(Outcome::alert, "the server sent alert " + name(seen_.alert->code) + " (" +
                                std::to_string(static_cast<int>(seen_.alert->code)) + ")");
        return;
    case Dialogue::State::broken:
        end(Outcome::protocol_error, "the server broke the TLS protocol: " + dialogue_->failure());
        return;
    case Dialogue::State::foreign:
        end(Outcome::not_tls, place() + " does not speak TLS here: " + first_.describe());
        return;
    }
}

bool ListAsker::Connection::alert(wire::ProtocolVersion version, hello::Bytes bytes)
{
    tap_.alert(observation::Direction::received, version, bytes);
    return seen_.alert.has_value();
}

} // namespace mtls::handshake
