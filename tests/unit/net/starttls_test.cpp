#include "probe/net/starttls.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace std::string_view_literals;
using mtls::net::StartTls;
using mtls::net::starttls_names;
using mtls::net::starttls_of;
using mtls::net::StartTlsDialogue;
using State = StartTlsDialogue::State;

namespace {

/// What the server says, and what we are to have said after it.
struct Turn {
    std::string_view server;
    std::string_view client;
};

struct Talk {
    StartTls protocol{};
    std::string_view opening; ///< what we say first
    std::vector<Turn> turns;
    State end{};
};

// Written after the examples of the RFCs named in starttls.cpp and, for PostgreSQL and MySQL, after their protocol
// pages.
const std::vector<Talk> talks{
    {StartTls::smtp,
     "",
     {{"220 mail ESMTP\r\n", "EHLO mtls-probe\r\n"},
      {"250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n", "STARTTLS\r\n"},
      {"220 go\r\n", ""}},
     State::ready},
    {StartTls::smtp,
     "",
     {{"220-mail\r\n220 ESMTP\r\n", "EHLO mtls-probe\r\n"}, {"250 mail\r\n", "STARTTLS\r\n"}, {"502 no\r\n", ""}},
     State::refused},
    {StartTls::smtp, "", {{"554 go away\r\n", ""}}, State::refused},
    {StartTls::lmtp,
     "",
     {{"220 x\r\n", "LHLO mtls-probe\r\n"}, {"250 x\r\n", "STARTTLS\r\n"}, {"220 x\r\n", ""}},
     State::ready},
    {StartTls::imap,
     "",
     {{"* OK [CAPABILITY IMAP4rev1] ready\r\n", "a STARTTLS\r\n"}, {"* news\r\na OK begin\r\n", ""}},
     State::ready},
    {StartTls::imap, "", {{"* OK ready\r\n", "a STARTTLS\r\n"}, {"a BAD no\r\n", ""}}, State::refused},
    {StartTls::imap, "", {{"* BYE full\r\n", ""}}, State::refused},
    {StartTls::pop3, "", {{"+OK ready\r\n", "STLS\r\n"}, {"+OK begin\r\n", ""}}, State::ready},
    {StartTls::pop3, "", {{"+OK ready\r\n", "STLS\r\n"}, {"-ERR no\r\n", ""}}, State::refused},
    {StartTls::ftp,
     "",
     {{"220-Welcome\r\n free text\r\n220 ready\r\n", "AUTH TLS\r\n"}, {"234 go\r\n", ""}},
     State::ready},
    {StartTls::ftp,
     "",
     {{"220-Welcome\r\n\r\nUse is restricted\r\n123 no code\r\n220-more\r\n220 ready\r\n", "AUTH TLS\r\n"},
      {"234-go\r\n500 is no answer here\r\n234 go\r\n", ""}},
     State::ready},
    {StartTls::ftp,
     "",
     {{"220-Welcome\r\n220 ready\r\n", "AUTH TLS\r\n"}, {"500-no\r\n500 no\r\n", ""}},
     State::refused},
    {StartTls::nntp, "", {{"201 ready\r\n", "STARTTLS\r\n"}, {"382 go\r\n", ""}}, State::ready},
    {StartTls::sieve,
     "",
     {{"\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\n", "STARTTLS\r\n"}, {"OK\r\n", ""}},
     State::ready},
    {StartTls::postgres, "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv, {{"S", ""}}, State::ready},
    {StartTls::postgres, "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv, {{"N", ""}}, State::refused},
    {StartTls::ldap,
     "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
     "1.3.6.1.4.1.1466.20037",
     {{"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"sv, ""}},
     State::ready},
    {StartTls::ldap,
     "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
     "1.3.6.1.4.1.1466.20037",
     {{"\x30\x84\x00\x00\x00\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00"sv, ""}},
     State::refused},
    {StartTls::mysql,
     "",
     {{"\x1a\x00\x00\x00\x0a"
       "8.0\x00"
       "\x01\x00\x00\x00"
       "abcdefgh\x00"
       "\x00\x88"
       "\x21\x02\x00\x00\x00\x00"sv,
       "\x20\x00\x00\x01\x00\x8a\x00\x00\x00\x00\x00\x01\x21"
       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv}},
     State::ready},
    {StartTls::mysql,
     "",
     {{"\x1a\x00\x00\x00\x0a"
       "8.0\x00"
       "\x01\x00\x00\x00"
       "abcdefgh\x00"
       "\x00\x80"
       "\x21\x02\x00\x00\x00\x00"sv,
       ""}},
     State::refused},
};

} // namespace

TEST_CASE("each protocol's talk goes as its specification says, wherever the bytes are cut")
{
    for (std::size_t row = 0; row < talks.size(); ++row) {
        for (const bool bytewise : {false, true}) {
            CAPTURE(row);
            CAPTURE(bytewise);
            const Talk& talk = talks[row];
            StartTlsDialogue dialogue{talk.protocol, "host.example"};

            CHECK(dialogue.take_output() == talk.opening);
            for (const Turn& turn : talk.turns) {
                for (std::size_t i = 0; i < turn.server.size(); i += bytewise ? 1 : turn.server.size()) {
                    (void)dialogue.feed(turn.server.substr(i, bytewise ? 1 : turn.server.size()));
                }
                CHECK(dialogue.take_output() == turn.client);
            }

            CHECK(dialogue.state() == talk.end);
        }
    }
}

TEST_CASE("XMPP names the host, asks among the features, and proceeds")
{
    StartTlsDialogue dialogue{StartTls::xmpp, "host.example"};
    CHECK(dialogue.take_output().find("to='host.example'") != std::string::npos);

    CHECK(dialogue.feed("<stream:stream><stream:features><starttls xmlns='x'/></stream:features>") == State::talking);
    CHECK(dialogue.take_output() == "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    CHECK(dialogue.feed("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>") == State::ready);
}

TEST_CASE("XMPP without the feature is a refusal")
{
    StartTlsDialogue dialogue{StartTls::xmpp_server, "host.example"};

    CHECK(dialogue.feed("<stream:stream><stream:features></stream:features>") == State::refused);
}

TEST_CASE("a server that talks without end is refused")
{
    StartTlsDialogue dialogue{StartTls::smtp, "host.example"};
    auto state = State::talking;
    for (int i = 0; i < 100 && state == State::talking; ++i) {
        state = dialogue.feed(std::string(1000, 'x'));
    }

    CHECK(state == State::refused);
}

TEST_CASE("every protocol has its name and a port of its own")
{
    for (const auto& name : starttls_names()) {
        CAPTURE(name);
        REQUIRE(starttls_of(name).has_value());
        CHECK(to_string(*starttls_of(name)) == name);
        CHECK(default_port(*starttls_of(name)) != 0);
    }
    CHECK(!starttls_of("SMTP").has_value());
}
