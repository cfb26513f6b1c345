#include "probe/verdict/differences.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Observation;
using observation::Outcome;
using observation::Phase;
using wire::AlertDescription;

namespace {

Seen asks(wire::ProtocolVersion version, const Names& names)
{
    return Seen{version}.asked(names).http(403);
}

/// Agreed on the version, then left.
Seen breaks_off(wire::ProtocolVersion version)
{
    return Seen{version}.alert(AlertDescription::internal_error, Phase::handshake);
}

Observation left_early(const Seen& seen)
{
    Observation made = seen.get();
    made.list_only = true;
    made.handshake_completed = false;
    if (made.certificate_requests.empty()) {
        made.messages.push_back({observation::Side::server, wire::HandshakeType::finished, 36, 1});
    }
    return made;
}

std::vector<observation::Variant> again(const std::vector<Observation>& seen)
{
    return verdict::variants_to_ask_again(seen);
}

} // namespace

TEST_CASE("a version that breaks off before the server asks is held against one that works at the same place")
{
    struct Row {
        const char* what;
        Seen fails;
        Seen works;
        bool found;
    };

    const Row rows[] = {
        {"alert", breaks_off(tls13), asks(tls12, {issuing_ca}), true},
        {"close", Seen{tls13}.broke_off().ended(Outcome::closed), asks(tls12, {issuing_ca}), true},
        {"reset", Seen{tls13}.broke_off().ended(Outcome::reset), asks(tls12, {issuing_ca}), true},
        {"the lower one", breaks_off(tls12), asks(tls13, {issuing_ca}), true},
        {"another time", breaks_off(tls13), asks(tls13, {issuing_ca}), true},
        {"no answer in time", Seen{tls13}.broke_off().ended(Outcome::timeout), asks(tls12, {issuing_ca}), false},
        {"a version that the server does not speak",
         Seen{tls13}.no_server_hello("").alert(AlertDescription::protocol_version, Phase::handshake),
         asks(tls12, {issuing_ca}), false},
        {"our own alert",
         Seen{tls13}.alert(AlertDescription::decode_error, Phase::handshake, observation::Direction::sent),
         asks(tls12, {issuing_ca}), false},
        {"another name", breaks_off(tls13), asks(tls12, {issuing_ca}).sni(std::nullopt), false},
        {"both fail", breaks_off(tls13), breaks_off(tls12), false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const std::vector<Observation> seen{row.fails.get(), row.works.get()};
        const auto broken = verdict::broken_off(seen);
        REQUIRE(broken.size() == (row.found ? 1 : 0));
        if (row.found) {
            CHECK(broken.front().fails == &seen[0]);
            CHECK(broken.front().works == &seen[1]);
        }
    }
}

TEST_CASE("a reset that came once, and not another time, is the network's")
{
    const auto works = asks(tls13, {issuing_ca}).get();
    const auto reset = Seen{tls13}.broke_off().ended(Outcome::reset).get();

    CHECK(verdict::broken_off({reset, works}).empty());
    CHECK(verdict::broken_off({reset, works, reset}).size() == 2);
}

TEST_CASE("what differs is asked once more, the last one first")
{
    const auto ours13 = asks(tls13, {issuing_ca}).get();
    const auto theirs12 = asks(tls12, {root_ca}).get();
    const auto nameless13 = asks(tls13, {issuing_ca}).sni(std::nullopt).get();
    const auto theirs13 = asks(tls13, {root_ca}).sni(std::nullopt).get();

    CHECK(again({}).empty());
    CHECK(again({ours13}).empty());
    CHECK(again({ours13, nameless13}).empty());
    CHECK(again({ours13, theirs13}) == std::vector{theirs13.variant, ours13.variant});
    CHECK(again({ours13, theirs12, nameless13}) == std::vector{theirs12.variant, ours13.variant});
    CHECK(again({ours13, theirs13, theirs13}) == std::vector{ours13.variant}); // of the other it is known
    CHECK(again({ours13, theirs13, ours13, theirs13}).empty());
    CHECK(again({ours13, asks(tls13, {root_ca}).get(), nameless13}).empty()); // they take turns, as is known
    CHECK(again({breaks_off(tls13).get(), theirs12}) == std::vector{ours13.variant});
}

TEST_CASE("what was read in plain text is not asked again by the TLS library")
{
    const auto by_hand = asks(tls13, {issuing_ca}).get();
    const auto plain = left_early(asks(tls13, {root_ca}).sni(std::nullopt));

    CHECK(again({by_hand, plain}) == std::vector{by_hand.variant});
    CHECK(again({left_early(asks(tls13, {issuing_ca})), plain}) == std::vector{plain.variant, by_hand.variant});
}

TEST_CASE("of two that left after the first flight one may be asked and the other not")
{
    const auto asked = left_early(Seen{tls13}.asked({issuing_ca}));
    const auto not_asked = left_early(Seen{tls13}.sni(std::nullopt));
    const auto late = Seen{tls13}.asked({issuing_ca}, observation::Stage::post_handshake).http(403).get();
    const auto disagree = [](const Observation& left, const Observation& right) {
        const std::vector<Observation> seen{left, right};
        const auto all = verdict::answers(seen);
        return all.size() == 2 && verdict::disagree(all[0], all[1]);
    };

    CHECK(disagree(asked, not_asked));
    CHECK_FALSE(disagree(not_asked, left_early(Seen{tls13})));
    CHECK_FALSE(disagree(not_asked, late));
    CHECK_FALSE(disagree(late, not_asked));
}

TEST_CASE("where the highest version breaks off, the next one is what a normal client's request is read from")
{
    const std::vector<Observation> seen{breaks_off(tls13).get(), asks(tls12, {issuing_ca}).get()};

    CHECK(verdict::normal_variant(seen, "server.test") == 1);
    CHECK(verdict::normal_variant({seen[0], breaks_off(tls12).get()}, "server.test") == 0);
    CHECK(verdict::normal_variant({seen[0], seen[1], asks(tls13, {issuing_ca}).get()}, "server.test") == 2);
}
