#include "probe/net/stream.hpp"

#include <chrono>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace mtls::net {

namespace asio = boost::asio;
using boost::system::error_code;

struct Stream::Socket {
    boost::beast::tcp_stream tcp;
};

namespace {

IoStatus classify(const error_code& error)
{
    using boost::system::errc::errc_t;
    if (!error) {
        return IoStatus::ok;
    }
    if (error == asio::error::eof) {
        return IoStatus::closed;
    }
    if (error == boost::beast::error::timeout || error == asio::error::timed_out ||
        error == asio::error::operation_aborted) {
        return IoStatus::timeout;
    }
    if (error == asio::error::connection_refused) {
        return IoStatus::refused;
    }
    if (error == asio::error::connection_reset || error == asio::error::broken_pipe ||
        error == asio::error::connection_aborted) {
        return IoStatus::reset;
    }
    if (error == asio::error::host_unreachable || error == asio::error::network_unreachable ||
        error == asio::error::network_down || error == asio::error::address_family_not_supported ||
        error == errc_t::address_not_available || error == asio::error::no_permission ||
        error == asio::error::access_denied || error == errc_t::invalid_argument) {
        return IoStatus::unreachable;
    }
    return IoStatus::failed;
}

} // namespace

IoResult io_result(const error_code& error, std::size_t bytes)
{
    const IoStatus status = classify(error);
    if (status == IoStatus::ok) {
        return {status, bytes, {}};
    }
    return {status, bytes, status == IoStatus::timeout ? "no answer in time" : error.message()};
}

Stream::Stream(asio::any_io_executor executor, TrafficLog* log)
    : socket_{std::make_unique<Socket>(Socket{boost::beast::tcp_stream{std::move(executor)}})}, log_{log}
{
}

Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

void Stream::note_opened()
{
    if (log_ == nullptr) {
        return;
    }
    error_code error;
    const auto local = socket_->tcp.socket().local_endpoint(error);
    const auto remote = error ? local : socket_->tcp.socket().remote_endpoint(error);
    if (!error) {
        logged_ =
            log_->opened({local.address().to_string(), local.port()}, {remote.address().to_string(), remote.port()});
    }
}

void Stream::note_end(const IoResult& result)
{
    if (logged_ && result.status == IoStatus::closed) {
        log_->peer_closed(*logged_);
    } else if (logged_ && result.status == IoStatus::reset) {
        log_->peer_reset(*logged_);
        logged_.reset();
    }
}

asio::awaitable<IoResult> Stream::connect(std::string address, std::uint16_t port, Deadline deadline)
{
    error_code error;
    const auto numeric = asio::ip::make_address(address, error);
    if (error) {
        co_return io_result(error, 0);
    }
    socket_->tcp.expires_at(deadline);
    co_await socket_->tcp.async_connect(asio::ip::tcp::endpoint{numeric, port},
                                        asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
        error_code ignored; // speed only
        socket_->tcp.socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
        note_opened();
    }
    co_return io_result(error, 0);
}

asio::awaitable<IoResult> Stream::read_some(std::span<std::uint8_t> into, Deadline deadline)
{
    if (std::chrono::steady_clock::now() >= deadline) {
        // Where there is always something to read, the socket's own timer never gets its turn.
        co_return io_result(boost::beast::error::timeout, 0);
    }
    error_code error;
    socket_->tcp.expires_at(deadline);
    const std::size_t bytes = co_await socket_->tcp.async_read_some(asio::buffer(into.data(), into.size()),
                                                                    asio::redirect_error(asio::use_awaitable, error));
    if (logged_ && bytes > 0) {
        log_->received(*logged_, into.first(bytes));
    }
    IoResult result = io_result(error, bytes);
    note_end(result);
    co_return result;
}

asio::awaitable<IoResult> Stream::write_all(std::span<const std::uint8_t> bytes, Deadline deadline)
{
    error_code error;
    socket_->tcp.expires_at(deadline);
    const std::size_t written = co_await asio::async_write(socket_->tcp, asio::buffer(bytes.data(), bytes.size()),
                                                           asio::redirect_error(asio::use_awaitable, error));
    if (logged_ && written > 0) {
        log_->sent(*logged_, bytes.first(written));
    }
    IoResult result = io_result(error, written);
    note_end(result);
    co_return result;
}

void Stream::close()
{
    socket_->tcp.close();
    if (logged_) {
        log_->closed(*logged_);
        logged_.reset();
    }
}

int Stream::release()
{
    return socket_->tcp.release_socket().release();
}

} // namespace mtls::net
