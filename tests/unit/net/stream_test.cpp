#include "probe/net/stream.hpp"

#include <array>
#include <chrono>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using mtls::net::Deadline;
using mtls::net::IoStatus;
using mtls::net::Stream;

namespace {

Deadline in(int milliseconds)
{
    return std::chrono::steady_clock::now() + std::chrono::milliseconds{milliseconds};
}

tcp::acceptor listener(asio::io_context& io)
{
    return {io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
}

asio::awaitable<void> say_abc(tcp::acceptor& acceptor)
{
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer("abc", 3), asio::use_awaitable);
}

asio::awaitable<void> reset(tcp::acceptor& acceptor)
{
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    socket.set_option(asio::socket_base::linger{true, 0});
    socket.close();
}

/// Runs `client` to its end beside whatever else is spawned on `io`.
void run(asio::io_context& io, asio::awaitable<void> client)
{
    std::exception_ptr failure;
    asio::co_spawn(io, std::move(client), [&](std::exception_ptr thrown) {
        failure = thrown;
        io.stop();
    });
    io.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace

TEST_CASE("a port where nothing listens refuses")
{
    asio::io_context io;
    std::uint16_t port = 0;
    {
        auto gone = listener(io);
        port = gone.local_endpoint().port();
    }
    run(io, [](asio::io_context& context, std::uint16_t to) -> asio::awaitable<void> {
        Stream stream{context.get_executor()};

        const auto result = co_await stream.connect("127.0.0.1", to, in(5000));

        CHECK(result.status == IoStatus::refused);
        CHECK(!result.why.empty());
    }(io, port));
}

TEST_CASE("bytes arrive, then the end, then nothing")
{
    asio::io_context io;
    auto acceptor = listener(io);
    asio::co_spawn(io, say_abc(acceptor), asio::detached);
    run(io, [](asio::io_context& context, std::uint16_t to) -> asio::awaitable<void> {
        Stream stream{context.get_executor()};
        std::array<std::uint8_t, 16> buffer{};
        CHECK((co_await stream.connect("127.0.0.1", to, in(5000))).status == IoStatus::ok);

        const auto first = co_await stream.read_some(buffer, in(5000));
        const auto second = co_await stream.read_some(buffer, in(5000));

        CHECK(first.status == IoStatus::ok);
        CHECK(first.bytes == 3);
        CHECK(second.status == IoStatus::closed);
    }(io, acceptor.local_endpoint().port()));
}

TEST_CASE("a silent server is a timeout at the deadline, not later")
{
    asio::io_context io;
    auto acceptor = listener(io);
    run(io, [](asio::io_context& context, std::uint16_t to) -> asio::awaitable<void> {
        Stream stream{context.get_executor()};
        std::array<std::uint8_t, 16> buffer{};
        CHECK((co_await stream.connect("127.0.0.1", to, in(5000))).status == IoStatus::ok);

        const auto result = co_await stream.read_some(buffer, in(20));

        CHECK(result.status == IoStatus::timeout);
    }(io, acceptor.local_endpoint().port()));
}

TEST_CASE("a server that talks on and on is a timeout at the deadline, too")
{
    asio::io_context io;
    auto acceptor = listener(io);
    asio::co_spawn(io, say_abc(acceptor), asio::detached);
    run(io, [](asio::io_context& context, std::uint16_t to) -> asio::awaitable<void> {
        Stream stream{context.get_executor()};
        std::array<std::uint8_t, 1> buffer{};
        CHECK((co_await stream.connect("127.0.0.1", to, in(5000))).status == IoStatus::ok);
        CHECK((co_await stream.read_some(buffer, in(5000))).status == IoStatus::ok);

        const auto more = co_await stream.read_some(buffer, in(-1)); // it is there

        CHECK(more.status == IoStatus::timeout);
    }(io, acceptor.local_endpoint().port()));
}

TEST_CASE("a server that resets is told from one that closes")
{
    asio::io_context io;
    auto acceptor = listener(io);
    asio::co_spawn(io, reset(acceptor), asio::detached);
    run(io, [](asio::io_context& context, std::uint16_t to) -> asio::awaitable<void> {
        Stream stream{context.get_executor()};
        std::array<std::uint8_t, 16> buffer{};
        CHECK((co_await stream.connect("127.0.0.1", to, in(5000))).status == IoStatus::ok);

        const auto result = co_await stream.read_some(buffer, in(5000));

        CHECK(result.status == IoStatus::reset);
    }(io, acceptor.local_endpoint().port()));
}
