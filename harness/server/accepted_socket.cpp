#include "harness/server/accepted_socket.hpp"

#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mtls::server {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds linger_time{2};

} // namespace

AcceptedSocket::AcceptedSocket(Socket socket)
    : socket_{std::make_shared<Socket>(std::move(socket))}, deadline_{socket_->get_executor()}
{
    error_code ignored;
    socket_->set_option(tcp::no_delay{true}, ignored);
}

void AcceptedSocket::close_after(std::chrono::milliseconds patience)
{
    deadline_.expires_after(patience);
    deadline_.async_wait([socket = socket_](error_code error) {
        if (!error) {
            socket->close(error);
        }
    });
}

void AcceptedSocket::reset()
{
    error_code ignored;
    socket_->set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_->close(ignored);
}

asio::awaitable<void> AcceptedSocket::end_orderly()
{
    close_after(linger_time);
    error_code error;
    socket_->shutdown(tcp::socket::shutdown_send, error);
    std::array<char, 4096> buffer{};
    while (!error) {
        const auto [failure, size] = co_await socket_->async_read_some(asio::buffer(buffer), use_result);
        error = failure;
    }
}

ConnectionRecord record_of(const AcceptedSocket& socket, std::uint64_t number, const std::string& listener)
{
    error_code ignored;
    const auto client = socket->remote_endpoint(ignored);
    const auto server = socket->local_endpoint(ignored);
    ConnectionRecord record;
    record.number = number;
    record.listener = listener;
    record.client_address = client.address().to_string();
    record.client_port = client.port();
    record.server_address = server.address().to_string();
    record.server_port = server.port();
    return record;
}

} // namespace mtls::server
