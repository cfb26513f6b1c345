#include "probe/net/resolve.hpp"

#include <chrono>

#include <doctest/doctest.h>

using mtls::net::Family;
using mtls::net::NotResolved;
using mtls::net::resolve;

namespace {

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
