#include "probe/net/resolve.hpp"

#include <chrono>
#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using mtls::net::Family;
using mtls::net::NotResolved;
using mtls::net::Resolver;
using mtls::net::WithoutThreads;

namespace {

mtls::net::Addresses resolve(const std::string& host, Family family, std::chrono::steady_clock::time_point deadline)
{
    boost::asio::io_context io{1};
    Resolver resolver{2, WithoutThreads::give_up};
    std::optional<mtls::net::Addresses> addresses;
    boost::asio::co_spawn(io, resolver.resolve(host, family, deadline),
                          [&](const std::exception_ptr& thrown, mtls::net::Addresses found) {
                              REQUIRE(thrown == nullptr);
                              addresses = std::move(found);
                          });
    io.run();
    return addresses.value();
}

std::chrono::steady_clock::time_point soon()
{
    return std::chrono::steady_clock::now() + std::chrono::seconds{10};
}

} // namespace

TEST_CASE("a numeric host is its own address")
{
    CHECK(*resolve("192.0.2.7", Family::any, soon()) == std::vector<std::string>{"192.0.2.7"});
    CHECK(*resolve("::1", Family::ipv6, soon()) == std::vector<std::string>{"::1"});
}

TEST_CASE("a numeric host of the other family has no address")
{
    CHECK(resolve("192.0.2.7", Family::ipv6, soon()).error().kind == NotResolved::Kind::no_address_of_family);
    CHECK(resolve("::1", Family::ipv4, soon()).error().kind == NotResolved::Kind::no_address_of_family);
}

TEST_CASE("localhost resolves without duplicates")
{
    const auto addresses = resolve("localhost", Family::ipv4, soon());

    REQUIRE(addresses.has_value());
    CHECK(*addresses == std::vector<std::string>{"127.0.0.1"});
}

TEST_CASE("resolving gives up at the deadline")
{
    // Already over: whatever the resolver does, the answer is a timeout (or came at once, from a file).
    const auto addresses = resolve("nosuch.invalid", Family::any, std::chrono::steady_clock::time_point::min());

    REQUIRE(addresses.has_error());
    CHECK(addresses.error().kind == NotResolved::Kind::timeout);
}

TEST_CASE("more names than threads all get their answers")
{
    boost::asio::io_context io{1};
    Resolver resolver{2, WithoutThreads::give_up};
    int answered = 0;
    for (int i = 0; i < 50; ++i) {
        boost::asio::co_spawn(io, resolver.resolve("localhost", Family::ipv4, soon()),
                              [&](const std::exception_ptr& thrown, const mtls::net::Addresses& found) {
                                  REQUIRE(thrown == nullptr);
                                  answered += found.has_value() ? 1 : 0;
                              });
    }

    io.run();

    CHECK(answered == 50);
}

TEST_CASE("a resolver may go while somebody waits and while a name is looked up")
{
    boost::asio::io_context io{1};
    Resolver resolver{1, WithoutThreads::give_up};
    for (int i = 0; i < 5; ++i) {
        boost::asio::co_spawn(io, resolver.resolve("localhost", Family::any, soon()),
                              [](const std::exception_ptr& /*thrown*/, const mtls::net::Addresses& /*found*/) {});
    }

    io.poll_one();

    CHECK_FALSE(io.stopped());
}
