#include "probe/hello/client_hello.hpp"

#include <doctest/doctest.h>

#include "probe/wire/record.hpp"

using namespace mtls;
using wire::ProtocolVersion;

namespace {

std::vector<std::uint8_t> hello_for(std::vector<ProtocolVersion> versions)
{
    const std::vector<std::uint8_t> key(32, 7);
    hello::ClientHelloFields fields;
    fields.key_exchange = key;
    return write_client_hello({"a.test", std::move(versions), {}}, fields);
}

/// Whether two bytes stand somewhere in the message, at an even distance from `from`.
bool offers(const std::vector<std::uint8_t>& message, std::size_t from, std::size_t count, unsigned suite)
{
    for (std::size_t at = from; at < from + 2 * count; at += 2) {
        if (message.at(at) == suite >> 8U && message.at(at + 1) == (suite & 0xffU)) {
            return true;
        }
    }
    return false;
}

constexpr std::size_t suites_at = 4 + 2 + 32 + 1 + 2; // header, version, random, empty session id, length

} // namespace

TEST_CASE("the header of a ClientHello counts what follows it")
{
    const auto message = hello_for({ProtocolVersion::tls12, ProtocolVersion::tls13});
    const auto header = wire::parse_handshake_header(wire::Bytes{message}.first<4>());

    CHECK(header.type == wire::HandshakeType::client_hello);
    CHECK(header.length + 4 == message.size());
}

TEST_CASE("no ClientHello has the sizes at which some servers hang")
{
    for (const auto& versions : std::vector<std::vector<ProtocolVersion>>{
             {ProtocolVersion::tls10},
             {ProtocolVersion::tls12},
             {ProtocolVersion::tls13},
             {ProtocolVersion::tls10, ProtocolVersion::tls11, ProtocolVersion::tls12, ProtocolVersion::tls13}}) {
        const std::size_t size = hello_for(versions).size();

        CHECK((size <= 255 || size >= 512));
    }
}

TEST_CASE("3DES and RC4 stand among the first 64 suites, where Windows 2003 looks")
{
    const auto message = hello_for({ProtocolVersion::tls10});

    for (const unsigned suite : {0x000aU, 0x0004U, 0x0005U}) {
        CHECK(offers(message, suites_at, 64, suite));
    }
}

TEST_CASE("the version of a ClientHello never says more than TLS 1.2")
{
    CHECK(hello_for({ProtocolVersion::tls12, ProtocolVersion::tls13})[5] == 3);
    CHECK(hello_for({ProtocolVersion::tls10})[5] == 1);
}
