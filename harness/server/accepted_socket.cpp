#include "harness/server/accepted_socket.hpp"

#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "harness/server/use_result.hpp"

namespace mtls::server {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds linger_time{2};

} // namespace

AcceptedSocket::AcceptedSocket(Socket socket)
    : state_{std::make_shared<State>(State{.socket = std::move(socket)})}, deadline_{state_->socket.get_executor()}
{
    error_code ignored;
    (*this)->set_option(tcp::no_delay{true}, ignored);
}

void AcceptedSocket::close_after(std::chrono::milliseconds patience)
{
    deadline_.expires_after(patience);
    deadline_.async_wait([state = state_](error_code error) {
        if (!error) {
            state->overdue = true;
            state->socket.close(error);
        }
    });
}

void AcceptedSocket::reset()
{
    error_code ignored;
    (*this)->set_option(asio::socket_base::linger{true, 0}, ignored);
    (*this)->close(ignored);
}

asio::awaitable<void> AcceptedSocket::end_orderly()
{
    close_after(linger_time);
    error_code error;
    (*this)->shutdown(tcp::socket::shutdown_send, error);
    std::array<char, 4096> buffer{};
    while (!error) {
        const auto [failure, size] = co_await (*this)->async_read_some(asio::buffer(buffer), use_result);
        error = failure;
    }
}

std::string reached_address(const AcceptedSocket& socket)
{
    error_code ignored;
    const auto address = socket->local_endpoint(ignored).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

ConnectionRecord record_of(const AcceptedSocket& socket, std::uint64_t number, const std::string& listener)
{
    error_code ignored;
    const auto client = socket->remote_endpoint(ignored);
    const auto server = socket->local_endpoint(ignored);
    ConnectionRecord record;
    record.time = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    record.number = number;
    record.listener = listener;
    record.client_address = client.address().to_string();
    record.client_port = client.port();
    record.server_address = server.address().to_string();
    record.server_port = server.port();
    return record;
}

} // namespace mtls::server
