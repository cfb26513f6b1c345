#include <algorithm>
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "probe/hello/dialogue.hpp"
#include "probe/wire/certificate_request.hpp"
#include "tests/unit/hello/support/recorder.hpp"

using namespace mtls;
using hello::Dialogue;
using test::Recorder;
using wire::HandshakeType;
using wire::ProtocolVersion;
using State = Dialogue::State;
using Flight = std::vector<std::uint8_t>;

namespace {

/// tests/data/hello/NAME.flight, which capture.py beside it made.
Flight load(const std::string& name)
{
    std::ifstream file{std::filesystem::path{TESTS_DATA} / "hello" / (name + ".flight")};
    REQUIRE(file);
    Flight bytes;
    for (std::string line; std::getline(file, line);) {
        for (std::size_t at = 0; line.front() != '#' && at + 1 < line.size(); at += 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoi(line.substr(at, 2), nullptr, 16)));
        }
    }
    return bytes;
}

const std::vector<std::string> captured{"gnutls-rc4-1024", "openssl-tls1", "openssl-tls1_2", "nginx-tls1_2"};

struct Heard {
    explicit Heard(const Flight& flight, std::size_t piece = 1 << 20)
        : dialogue{{std::nullopt, {ProtocolVersion::tls10, ProtocolVersion::tls12, ProtocolVersion::tls13}, {}},
                   bench,
                   recorder}
    {
        for (std::span<const std::uint8_t> rest{flight}; !rest.empty();) {
            const auto part = rest.first(std::min(piece, rest.size()));
            rest = rest.subspan(part.size());
            dialogue.feed(part);
        }
    }

    [[nodiscard]] std::vector<wire::CertificateRequest> requests() const
    {
        std::vector<wire::CertificateRequest> found;
        for (std::size_t at = 0; at < recorder.messages.size(); ++at) {
            const auto& message = recorder.messages[at];
            if (static_cast<HandshakeType>(message.front()) == HandshakeType::certificate_request) {
                found.push_back(
                    wire::parse_certificate_request(recorder.versions[at], wire::Bytes{message}.subspan(4)));
            }
        }
        return found;
    }

    hello::Workbench bench;
    Recorder recorder;
    Dialogue dialogue;
};

/// The message that begins with this type, within the one record or the own record that holds it.
std::size_t find_message(const Flight& flight, HandshakeType type)
{
    for (std::size_t record = 0; record + 5 < flight.size();) {
        const std::size_t end = record + 5 + (flight[record + 3] << 8U | flight[record + 4]);
        for (std::size_t at = record + 5; at + 4 <= end;) {
            if (static_cast<HandshakeType>(flight[at]) == type) {
                return at;
            }
            at += 4 + (flight[at + 1] << 16U | flight[at + 2] << 8U | flight[at + 3]);
        }
        record = end;
    }
    FAIL("no such message");
    return 0;
}

std::size_t size_of_message(const Flight& flight, std::size_t at)
{
    return 4 + (flight[at + 1] << 16U | flight[at + 2] << 8U | flight[at + 3]);
}

Flight with_all_versions_changed(Flight flight, std::uint8_t minor)
{
    for (std::size_t record = 0; record + 5 < flight.size();) {
        flight[record + 2] = minor;
        record += 5 + (flight[record + 3] << 8U | flight[record + 4]);
    }
    flight[find_message(flight, HandshakeType::server_hello) + 5] = minor;
    return flight;
}

} // namespace

TEST_CASE("captured flights are read to their end, with three names each")
{
    for (const std::string& name : captured) {
        for (const std::size_t piece : {1, 5, 64, 100000}) {
            CAPTURE(name);
            CAPTURE(piece);
            const Heard heard{load(name), piece};

            CHECK(heard.dialogue.state() == State::done);
            REQUIRE(heard.requests().size() == 1);
            CHECK(heard.requests().front().certificate_authorities->size() == 3);
            CHECK(!heard.requests().front().error);
        }
    }
}

TEST_CASE("a server of RC4 and 1024 bits, which libssl refuses, is read")
{
    const Heard heard{load("gnutls-rc4-1024")};

    REQUIRE(heard.dialogue.agreed());
    CHECK(heard.dialogue.agreed()->version == ProtocolVersion::tls10);
    CHECK(heard.dialogue.agreed()->cipher == wire::CipherSuite::TLS_RSA_WITH_RC4_128_SHA);
}

TEST_CASE("the curve of a ServerKeyExchange is known")
{
    const Heard heard{load("nginx-tls1_2")};

    REQUIRE(heard.dialogue.agreed());
    CHECK(heard.dialogue.agreed()->group == wire::NamedGroup::x25519);
}

TEST_CASE("a server of SSL 3.0 is read")
{
    const Heard heard{with_all_versions_changed(load("gnutls-rc4-1024"), 0)};

    CHECK(heard.dialogue.state() == State::done);
    REQUIRE(heard.dialogue.agreed());
    CHECK(heard.dialogue.agreed()->version == ProtocolVersion::ssl3);
    REQUIRE(heard.requests().size() == 1);
    CHECK(heard.requests().front().certificate_authorities->size() == 3);
}

TEST_CASE("a second CertificateRequest in one flight is heard too, and told as what no client puts up with")
{
    Flight flight = load("openssl-tls1_2");
    const std::size_t at = find_message(flight, HandshakeType::certificate_request);
    const Flight message(flight.begin() + static_cast<long>(at),
                         flight.begin() + static_cast<long>(at + size_of_message(flight, at)));
    Flight record{22, 3, 3, static_cast<std::uint8_t>(message.size() >> 8U), static_cast<std::uint8_t>(message.size())};
    record.insert(record.end(), message.begin(), message.end());
    const std::size_t done = find_message(flight, HandshakeType::server_hello_done);
    flight.insert(flight.begin() + static_cast<long>(done) - 5, record.begin(), record.end());

    const Heard heard{flight};

    CHECK(heard.dialogue.state() == State::broken);
    CHECK(heard.dialogue.failure() == "2 CertificateRequests in one flight");
    CHECK(heard.requests().size() == 2);
}

TEST_CASE("what came of a request that is cut is kept, wherever the cut is")
{
    for (const std::string& name : captured) {
        const Flight flight = load(name);
        const std::size_t at = find_message(flight, HandshakeType::certificate_request);
        for (std::size_t size = 1; size < size_of_message(flight, at); ++size) {
            CAPTURE(name);
            CAPTURE(size);
            const Heard heard{Flight(flight.begin(), flight.begin() + static_cast<long>(at + size))};

            CHECK(heard.dialogue.state() == State::asking);
            CHECK(heard.requests().empty());
            CHECK(heard.dialogue.incomplete().size() == size);
        }
    }
}

TEST_CASE("no prefix of a flight is taken for a whole one")
{
    for (const std::string& name : captured) {
        const Flight flight = load(name);
        for (std::size_t size = 0; size < flight.size(); ++size) {
            const Heard heard{Flight(flight.begin(), flight.begin() + static_cast<long>(size))};

            CHECK(heard.dialogue.state() == State::asking);
        }
    }
}

TEST_CASE("what is no TLS is foreign, and said at once")
{
    for (const std::string_view text : {"HTTP/1.1 400 Bad Request\r\n", "220 mail ESMTP\r\n", "SSH-2.0-OpenSSH\r\n"}) {
        const Heard heard{Flight(text.begin(), text.end())};

        CHECK(heard.dialogue.state() == State::foreign);
        CHECK(!heard.dialogue.speaks_tls());
    }
}

TEST_CASE("bytes that break the protocol end the dialogue with a reason")
{
    struct Broken {
        const char* what;
        Flight flight;
        std::string failure;
    };

    const Flight good = load("openssl-tls1_2");
    Flight hello(good.begin(), good.begin() + 5 + (good[3] << 8U | good[4]));
    const auto after_hello = [&](Flight more) {
        more.insert(more.begin(), hello.begin(), hello.end());
        return more;
    };
    const std::vector<Broken> table{
        {"no record", after_hello({80, 79, 83, 84, 32}), "no record where one should begin"},
        {"a long record", {22, 3, 3, 0xff, 0xff, 2}, "a record longer than any version allows"},
        {"data", after_hello({23, 3, 3, 0, 1, 0}), "application data before the end of the handshake"},
        {"change of ciphers", after_hello({20, 3, 3, 0, 1, 1}), "ChangeCipherSpec before the end of the flight"},
        {"a giant message", after_hello({22, 3, 3, 0, 4, 13, 0xff, 0xff, 0xff}),
         "a handshake message longer than any honest one"},
        {"a second hello", after_hello(hello), "a second ServerHello"},
        {"half a hello", {22, 3, 3, 0, 6, 2, 0, 0, 2, 3, 3}, "a ServerHello with truncated in random"},
    };
    for (const Broken& broken : table) {
        CAPTURE(broken.what);
        const Heard heard{broken.flight};

        CHECK(heard.dialogue.state() == State::broken);
        CHECK(heard.dialogue.failure() == broken.failure);
    }
}

TEST_CASE("an endless handshake is cut off")
{
    Flight flight = load("openssl-tls1_2");
    const Flight requests{22, 3, 3, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0}; // two HelloRequest
    flight.resize(5 + (flight[3] << 8U | flight[4]));
    for (int turn = 0; turn < 200; ++turn) {
        flight.insert(flight.end(), requests.begin(), requests.end());
    }
    const Heard heard{flight};

    CHECK(heard.dialogue.state() == State::broken);
    CHECK(heard.recorder.messages.size() <= 300);
}

TEST_CASE("ChangeCipherSpec and warnings without end are cut off")
{
    Flight changes;
    Flight warnings;
    for (int turn = 0; turn < 100; ++turn) {
        changes.insert(changes.end(), {20, 3, 3, 0, 1, 1});
        warnings.insert(warnings.end(), {21, 3, 3, 0, 2, 1, 112});
    }
    for (const Flight& flight : {changes, warnings}) {
        const Heard heard{flight};

        CHECK(heard.dialogue.state() == State::broken);
        CHECK(heard.dialogue.failure().starts_with("an endless handshake: "));
    }
}

TEST_CASE("several alerts in a record are heard, and what is no alert is told")
{
    CHECK(Heard{{21, 3, 3, 0, 4, 1, 112, 2, 40}}.dialogue.state() == State::alerted);
    CHECK(Heard{{21, 3, 3, 0, 6, 2, 40, 2, 40, 2, 40}}.dialogue.state() == State::alerted);
    CHECK(Heard{{21, 3, 3, 0, 2, 9, 40}}.dialogue.failure() == "an alert that is neither a warning nor fatal");
    CHECK(Heard{{21, 3, 3, 0, 3, 1, 112, 2}}.dialogue.failure() == "an alert of 3 bytes");
}

TEST_CASE("a warning does not end the dialogue, a fatal alert does")
{
    Flight flight{21, 3, 1, 0, 2, 1, 112};
    const Flight rest = load("openssl-tls1");
    flight.insert(flight.end(), rest.begin(), rest.end());

    CHECK(Heard{flight}.dialogue.state() == State::done);
    CHECK(Heard{{21, 3, 1, 0, 2, 2, 40}}.dialogue.state() == State::alerted);
    CHECK(Heard{{21, 3, 1, 0, 2, 2, 40}, 1}.dialogue.state() == State::alerted);
}
