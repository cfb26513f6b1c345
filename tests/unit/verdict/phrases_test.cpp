#include "probe/verdict/phrases.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/support/observations.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using wire::AlertDescription;
using wire::ProtocolVersion;

TEST_CASE("every alert that speaks of a client certificate has a meaning, and no other")
{
    for (const auto code : {42, 43, 44, 45, 46, 48, 49, 51, 80, 116, 40}) {
        CAPTURE(code);
        CHECK(std::string{verdict::meaning(static_cast<AlertDescription>(code))}.size() > 20);
    }
    for (const auto code : {0, 10, 70, 112, 255}) {
        CAPTURE(code);
        CHECK(std::string{verdict::meaning(static_cast<AlertDescription>(code))}.empty());
    }
}

TEST_CASE("how a connection ended is told in words, whatever the end")
{
    const std::vector<std::pair<Outcome, std::string>> rows{
        {Outcome::closed, "connection closed by the server"},
        {Outcome::reset, "connection reset by the server"},
        {Outcome::timeout, "no answer in time"},
        {Outcome::refused, "connection refused"},
        {Outcome::unreachable, "unreachable"},
        {Outcome::not_tls, "not TLS"},
        {Outcome::protocol_error, "TLS protocol error"},
    };
    for (const auto& [outcome, words] : rows) {
        CAPTURE(words);
        auto seen = Seen{tls13}.get();
        seen.outcome = outcome;
        seen.detail.clear();
        CHECK(verdict::ending(seen).starts_with(words));
        CHECK_FALSE(verdict::ending_in_short(seen).empty());
    }
    auto seen = Seen{tls13}.get();
    seen.settled = true;
    CHECK(verdict::ending(seen) == "handshake completed, then silence");
    seen.data_received = true;
    CHECK(verdict::ending(seen) == "the server sent data");
    seen.list_only = true;
    CHECK(verdict::ending(seen) == "list read, no handshake completed");
}

TEST_CASE("a version is the one agreed on, or those that were offered")
{
    auto seen = Seen{tls13}.get();
    CHECK(verdict::version_in_words(seen) == "TLS 1.3");

    seen.negotiated.reset();
    CHECK(verdict::version_in_words(seen) == "TLS 1.3 offered");
    seen.variant.tls_offered = {ProtocolVersion::tls10, ProtocolVersion::tls12, ProtocolVersion::tls13};
    CHECK(verdict::version_in_words(seen) == "TLS 1.0 to 1.3 offered");
    seen.variant.tls_offered.clear();
    CHECK(verdict::version_in_words(seen) == "TLS");
}

TEST_CASE("several connections are named once for all that they share")
{
    const auto first = Seen{tls13}.id(0).get();
    const auto second = Seen{tls12}.id(1).get();
    const auto nameless = Seen{tls12}.id(2).sni(std::nullopt).get();

    CHECK(verdict::where({&first, &second}) ==
          "observations 0 and 1 (127.0.0.1:8443, SNI server.test, TLS 1.3 and TLS 1.2)");
    CHECK(verdict::where({&second, &nameless}) ==
          "observations 1 and 2 (127.0.0.1:8443, with and without SNI, TLS 1.2)");
}

TEST_CASE("a long text is cut between two characters")
{
    CHECK(verdict::clipped("abc", 3) == "abc");
    CHECK(verdict::clipped("abcd", 3) == "abc... (1 more bytes)");
    CHECK(verdict::clipped("a\u00e4b", 2) == "a... (3 more bytes)");
    CHECK(verdict::clipped("a\U0001f968b", 4) == "a... (5 more bytes)");
}
