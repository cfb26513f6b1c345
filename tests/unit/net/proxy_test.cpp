#include "probe/net/proxy.hpp"

#include <string_view>

#include <doctest/doctest.h>

using namespace std::string_view_literals;
using mtls::net::parse_proxy;
using mtls::net::Proxy;
using mtls::net::ProxyDialogue;
using State = ProxyDialogue::State;

TEST_CASE("a proxy is an http or socks5 URL with a default port")
{
    CHECK(parse_proxy("http://proxy.example")->port == 8080);
    CHECK(parse_proxy("http://[::1]:3128")->host == "::1");
    CHECK(parse_proxy("socks5://127.0.0.1")->port == 1080);
    CHECK(parse_proxy("socks5h://127.0.0.1:9")->kind == Proxy::Kind::socks5);
}

TEST_CASE("a proxy that cannot be used is refused, and its password is not repeated")
{
    for (const auto text : {"", "proxy:80", "https://proxy", "http://", "http://proxy:0", "ftp://proxy"}) {
        CAPTURE(text);
        CHECK(parse_proxy(text).has_error());
    }
    CHECK(parse_proxy("http://me:secret@proxy").error().why.find("secret") == std::string::npos);
}

TEST_CASE("CONNECT opens with any 2xx, wherever its bytes are cut")
{
    ProxyDialogue dialogue{Proxy::Kind::http, "host.example", 443};
    CHECK(dialogue.take_output() == "CONNECT host.example:443 HTTP/1.1\r\nHost: host.example:443\r\n\r\n");

    for (const char c : "HTTP/1.1 200 Connection established\r\nX: y\r\n\r"sv) {
        CHECK(dialogue.feed({&c, 1}) == State::talking);
    }
    CHECK(dialogue.feed("\n") == State::open);
}

TEST_CASE("what begins like a 2xx and is none opens no tunnel")
{
    for (const std::string_view answer : {"HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2\r\n\r\n"}) {
        ProxyDialogue dialogue{Proxy::Kind::http, "host.example", 443};
        CHECK(dialogue.feed(answer) == State::refused);
    }
    ProxyDialogue dialogue{Proxy::Kind::http, "host.example", 443};
    CHECK(dialogue.feed("HTTP/1.1 204\r\n\r\n") == State::open);
}

TEST_CASE("CONNECT to an IPv6 address has brackets, and a refusal is told")
{
    ProxyDialogue dialogue{Proxy::Kind::http, "::1", 8443};
    CHECK(dialogue.take_output().starts_with("CONNECT [::1]:8443 "));

    CHECK(dialogue.feed("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") == State::refused);
    CHECK(dialogue.why().find("407") != std::string::npos);
}

TEST_CASE("SOCKS 5 names the host, and opens behind the bound address")
{
    ProxyDialogue dialogue{Proxy::Kind::socks5, "host.example", 443};
    CHECK(dialogue.take_output() == "\x05\x01\x00"sv);

    CHECK(dialogue.feed("\x05\x00"sv) == State::talking);
    CHECK(dialogue.take_output() == "\x05\x01\x00\x03\x0chost.example\x01\xbb"sv);
    CHECK(dialogue.feed("\x05\x00\x00\x01\x7f\x00\x00\x01\x00"sv) == State::talking);
    CHECK(dialogue.feed("\x50"sv) == State::open);
}

TEST_CASE("SOCKS 5 takes numeric addresses as such")
{
    ProxyDialogue four{Proxy::Kind::socks5, "127.0.0.1", 80};
    (void)four.take_output();
    (void)four.feed("\x05\x00"sv);
    CHECK(four.take_output() == "\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"sv);

    ProxyDialogue six{Proxy::Kind::socks5, "::1", 80};
    (void)six.take_output();
    (void)six.feed("\x05\x00"sv);
    CHECK(six.take_output() == "\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x50"sv);
}

TEST_CASE("SOCKS 5 says why not")
{
    ProxyDialogue locked{Proxy::Kind::socks5, "host", 1};
    CHECK(locked.feed("\x05\xff"sv) == State::refused);
    CHECK(locked.why() == "it wants authentication");

    ProxyDialogue closed{Proxy::Kind::socks5, "host", 1};
    (void)closed.feed("\x05\x00"sv);
    CHECK(closed.feed("\x05\x05\x00\x01\x00"sv) == State::refused);
    CHECK(closed.why() == "connection refused");

    ProxyDialogue foreign{Proxy::Kind::socks5, "host", 1};
    CHECK(foreign.feed("HTTP") == State::refused);
}
