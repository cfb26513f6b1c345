#include "probe/hello/dialogue.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/unit/hello/support/libssl_server.hpp"
#include "tests/unit/hello/support/recorder.hpp"

using namespace mtls;
using hello::Dialogue;
using test::LibsslServer;
using test::Recorder;
using wire::ProtocolVersion;
using State = Dialogue::State;

namespace {

hello::Offer everything()
{
    return {"server.test",
            {ProtocolVersion::tls10, ProtocolVersion::tls11, ProtocolVersion::tls12, ProtocolVersion::tls13},
            {}};
}

/// A dialogue and the server that it talks with, in pieces of so many bytes.
struct Talk {
    explicit Talk(const LibsslServer::Setup& setup, hello::Offer offer = everything(), std::size_t piece = 1 << 20)
        : server{setup}, dialogue{std::move(offer), bench, heard}
    {
        for (int turn = 0; turn < 4 && dialogue.state() == State::asking; ++turn) {
            const auto answer = server.answer(dialogue.take_output());
            std::span<const std::uint8_t> rest{answer};
            while (!rest.empty()) {
                const auto part = rest.first(std::min(piece, rest.size()));
                rest = rest.subspan(part.size());
                dialogue.feed(part);
            }
        }
    }

    /// The same messages that the server says it has sent, until the flight was over.
    [[nodiscard]] bool heard_all() const
    {
        return heard.messages.size() <= server.written().size() && !heard.messages.empty() &&
               std::equal(heard.messages.begin(), heard.messages.end(), server.written().begin());
    }

    hello::Workbench bench;
    LibsslServer server;
    Recorder heard;
    Dialogue dialogue;
};

bool has_request(const Recorder& heard)
{
    return std::any_of(heard.messages.begin(), heard.messages.end(),
                       [](const auto& message) { return message.front() == SSL3_MT_CERTIFICATE_REQUEST; });
}

} // namespace

TEST_CASE("the flight of a libssl server is heard to its end in every version")
{
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const Talk talk{{.version = version}};

        CHECK(talk.dialogue.state() == State::done);
        CHECK(talk.heard_all());
        CHECK(has_request(talk.heard));
        CHECK(talk.server.server_name() == "server.test");
        REQUIRE(talk.dialogue.agreed());
        CHECK(static_cast<int>(talk.dialogue.agreed()->version) == version);
        CHECK(name(talk.dialogue.agreed()->cipher) == talk.server.cipher());
    }
}

TEST_CASE("each cipher suite of TLS 1.3 is decrypted")
{
    for (const char* suite : {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}) {
        CAPTURE(suite);
        const Talk talk{{.suites_13 = suite}};

        CHECK(talk.dialogue.state() == State::done);
        CHECK(talk.heard_all());
        CHECK(name(talk.dialogue.agreed()->cipher) == suite);
    }
}

TEST_CASE("a HelloRetryRequest for each other group is followed")
{
    for (const char* group : {"P-256", "P-384", "P-521", "X448", "ffdhe2048", "ffdhe3072", "ffdhe4096"}) {
        for (const char* suite : {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"}) {
            CAPTURE(group);
            CAPTURE(suite);
            const Talk talk{{.suites_13 = suite, .groups = group}};

            CHECK(talk.dialogue.failure() == "");
            CHECK(talk.dialogue.state() == State::done);
            CHECK(talk.heard.hellos == 2);
            CHECK(talk.heard_all());
            CHECK(has_request(talk.heard));
        }
    }
}

TEST_CASE("the cookie of a HelloRetryRequest is sent back")
{
    const Talk talk{{.cookie = true}};

    CHECK(talk.dialogue.state() == State::done);
    CHECK(talk.heard.hellos == 2);
    CHECK(has_request(talk.heard));
}

TEST_CASE("padded records and messages in many records make no difference")
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const std::size_t piece : {1, 7, 1000, 100000}) {
            CAPTURE(version);
            CAPTURE(piece);
            const Talk talk{{.version = version, .names = 200, .padding = 600, .fragment = 512}, everything(), piece};

            CHECK(talk.dialogue.state() == State::done);
            CHECK(talk.heard_all());
            CHECK(has_request(talk.heard));
        }
    }
}

TEST_CASE("a list of just under 64 KiB is heard whole")
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Talk talk{{.version = version, .names = 1240}};

        CHECK(talk.dialogue.state() == State::done);
        CHECK(talk.heard_all());
    }
}

TEST_CASE("the protocol that the server chose by ALPN is known")
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        hello::Offer offer = everything();
        offer.alpn = {"h2", "http/1.1"};
        const Talk talk{{.version = version, .alpn = "http/1.1"}, offer};

        REQUIRE(talk.dialogue.agreed());
        CHECK(talk.dialogue.agreed()->alpn == "http/1.1");
    }
}

TEST_CASE("an offer of one version gets that version or an alert")
{
    for (const auto offered : {ProtocolVersion::tls10, ProtocolVersion::tls12, ProtocolVersion::tls13}) {
        const Talk fits{{.version = static_cast<int>(offered)}, {std::nullopt, {offered}, {}}};
        const int other = offered == ProtocolVersion::tls12 ? TLS1_3_VERSION : TLS1_2_VERSION;
        const Talk does_not{{.version = other}, {std::nullopt, {offered}, {}}};

        CHECK(fits.dialogue.state() == State::done);
        CHECK(fits.server.server_name() == "");
        CHECK(does_not.dialogue.state() == State::alerted);
        REQUIRE(does_not.heard.alerts.size() == 1);
        CHECK(does_not.heard.alerts.front() == std::vector<std::uint8_t>{2, SSL_AD_PROTOCOL_VERSION});
    }
}

TEST_CASE("a changed bit in a protected record ends the dialogue")
{
    hello::Workbench bench;
    Recorder heard;
    LibsslServer server{{}};
    Dialogue dialogue{everything(), bench, heard};
    auto flight = server.answer(dialogue.take_output());
    flight[flight.size() - 1] ^= 1U;

    CHECK(dialogue.feed(flight) == State::broken);
    CHECK(dialogue.failure() == "a protected record that does not authenticate");
    CHECK(has_request(heard)); // what came before it is kept
}

TEST_CASE("one workbench serves many connections")
{
    hello::Workbench bench;
    for (int turn = 0; turn < 3; ++turn) {
        Recorder heard;
        LibsslServer server{{.suites_13 = turn == 1 ? "TLS_AES_256_GCM_SHA384" : "TLS_AES_128_GCM_SHA256"}};
        Dialogue dialogue{everything(), bench, heard};

        CHECK(dialogue.feed(server.answer(dialogue.take_output())) == State::done);
        CHECK(has_request(heard));
    }
}
