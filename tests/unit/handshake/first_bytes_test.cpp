#include "probe/handshake/first_bytes.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using mtls::handshake::FirstBytes;

namespace {

FirstBytes heard(std::string_view text)
{
    FirstBytes first;
    for (const char c : text) { // one byte a segment
        const auto byte = static_cast<std::uint8_t>(c);
        first.add({&byte, 1});
    }
    return first;
}

} // namespace

TEST_CASE("a TLS record is not foreign")
{
    CHECK(!FirstBytes{}.foreign());
    CHECK(!heard("\x16").foreign());
    CHECK(!heard("\x16\x03\x03").foreign());
    CHECK(!heard("\x15\x03").foreign());
}

TEST_CASE("anything else is foreign from its first odd byte on")
{
    CHECK(heard("H").foreign());
    CHECK(heard("\x18\x03").foreign());
    CHECK(heard("\x16\x02").foreign());
    CHECK(heard("\x80\x2e\x01").foreign()); // an SSL 2.0 record
}

TEST_CASE("known greetings are named, and printed without control characters")
{
    CHECK(heard("HTTP/1.1 400 Bad Request\r\n").describe().find("plain HTTP") != std::string::npos);
    CHECK(heard("220 mail ESMTP\r\n").describe().find("STARTTLS") != std::string::npos);
    CHECK(heard("SSH-2.0-x\r\n").describe().find("SSH") != std::string::npos);
    CHECK(heard("\x1b[31mhello").describe().find('\x1b') == std::string::npos);
}

TEST_CASE("only the first bytes are kept")
{
    CHECK(heard(std::string(1000, 'x')).describe().size() < 100);
}
