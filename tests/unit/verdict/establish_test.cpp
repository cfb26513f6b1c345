#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using issuers::ExpectResult;
using verdict::AttemptResult;

TEST_CASE("an expectation is compared with what a normal client is asked")
{
    const auto stalled = Seen{tls13}.broke_off().ended(observation::Outcome::timeout);
    const auto truncated = Seen{tls12}.asked(observation::read_request(observation::Stage::handshake, std::nullopt,
                                                                       tls12, {1, 1, 0, 2, 4, 3, 0, 9, 0, 2, 0x30, 0}));

    struct Row {
        const char* what;
        Seen seen;
        ExpectResult result;
        std::size_t missing;
    };

    const Row rows[] = {
        {"match", Seen{tls13}.asked({issuing_ca}).http(403), ExpectResult::match, 0},
        {"differs", Seen{tls13}.asked({root_ca}).http(403), ExpectResult::differs, 1},
        {"empty list", Seen{tls13}.asked(Names{}).http(403), ExpectResult::differs, 1},
        {"no request", Seen{tls13}.http(200), ExpectResult::no_request, 0},
        {"not far enough", stalled, ExpectResult::undetermined, 0},
        {"broken framing hides names", truncated, ExpectResult::undetermined, 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);

        const auto facts = Run{}.saw(row.seen).expects({issuing_ca}).facts();

        REQUIRE(facts.comparison);
        CHECK(facts.comparison->result == row.result);
        CHECK(facts.comparison->missing.size() == row.missing);
    }
    CHECK_FALSE(Run{}.saw(Seen{tls13}).facts().comparison);
}

TEST_CASE("a candidate's chain and --issuer-certs are both climbed but only the chain is its own")
{
    auto leaf_only = credential("alice");
    leaf_only.chain.clear();

    const auto facts = Run{}
                           .saw(Seen{tls13}.asked({root_ca}).http(403))
                           .holds(leaf_only)
                           .issuer_certificates({certificate("root"), certificate("intermediate")})
                           .facts();

    REQUIRE(facts.candidates.size() == 1);
    CHECK(facts.candidates[0].chain.empty());
    CHECK(facts.candidates[0].above.size() == 2);
    CHECK(facts.candidates[0].issuer_match.depth == 2);
}

TEST_CASE("what the server sends with its own certificate completes the path of a candidate of the same PKI")
{
    auto leaf_only = credential("alice");
    leaf_only.chain.clear();

    const auto facts =
        Run{}
            .saw(Seen{tls13}.asked({root_ca}).http(403).presented({certificate("server"), certificate("intermediate")}))
            .holds(leaf_only)
            .facts();

    CHECK(facts.candidates[0].above.size() == 1);
    CHECK(facts.candidates[0].above_at_its_owner.empty());
    CHECK(facts.candidates[0].issuer_match.depth == 2);
}

TEST_CASE("absence from a list that is partly unreadable proves nothing")
{
    auto body = body12({root_ca});
    body.pop_back();
    const auto broken = observation::read_request(observation::Stage::handshake, std::nullopt, tls12, body);

    const auto facts = Run{}.saw(Seen{tls12}.asked(broken)).holds(credential("mallory")).facts();

    CHECK(facts.request.status == verdict::RequestStatus::malformed);
    CHECK_FALSE(facts.candidates[0].issuer_match.advertised);
}

TEST_CASE("attempts belong to their candidates and a foreign or missing key is never presented")
{
    auto foreign = credential("alice");
    foreign.key = people().at("mallory").key;
    auto keyless = credential("alice");
    keyless.key.reset();
    const auto asked = [] { return Seen{tls13}.asked({issuing_ca}); };

    const auto facts = Run{}
                           .saw(asked().http(403))
                           .holds(foreign)
                           .tries("mallory", asked().sent().http(403))
                           .holds(keyless)
                           .tries("alice", asked().sent().http(200))
                           .facts();

    REQUIRE(facts.candidates.size() == 4);
    CHECK_FALSE(facts.candidates[0].attempt);
    CHECK(facts.candidates[0].has_key);
    CHECK_FALSE(facts.candidates[0].key_matches);
    REQUIRE(facts.candidates[1].attempt);
    CHECK(facts.candidates[1].attempt->observation == 1);
    CHECK(facts.candidates[1].attempt->result == AttemptResult::rejected);
    CHECK_FALSE(facts.candidates[2].attempt);
    CHECK_FALSE(facts.candidates[2].has_key);
    CHECK(facts.candidates[3].attempt->result == AttemptResult::accepted);
}

TEST_CASE("the attempt without a certificate is the normal variant")
{
    const auto facts =
        Run{}.saw(Seen{tls12}.asked({root_ca}).http(200)).saw(Seen{tls13}.asked({root_ca}).http(403)).facts();

    REQUIRE(facts.without_certificate);
    CHECK(facts.without_certificate->observation == 1);
    CHECK(facts.without_certificate->result == AttemptResult::rejected);
    CHECK_FALSE(Run{}.facts().without_certificate);
}

TEST_CASE("a list that broke off says of no candidate that it is not named")
{
    auto body = body12({public_roots[0], public_roots[1]});
    const auto whole = observation::read_request(observation::Stage::handshake, std::nullopt, tls12, body);
    ++body[9 + 2 + 2 + public_roots[0].der().size() + 1]; // the length of the second name: one byte more than there are
    const auto broken = observation::read_request(observation::Stage::handshake, std::nullopt, tls12, body);
    const auto match = [](const observation::RequestSeen& request) {
        return Run{}
            .saw(Seen{tls12}.asked(request).http(403))
            .holds(credential("alice"))
            .facts()
            .candidates[0]
            .issuer_match;
    };

    REQUIRE(broken.request.framing_broken);
    CHECK(match(whole).advertised == false);
    CHECK_FALSE(match(broken).advertised.has_value());
}
