#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using observation::Phase;

namespace {

const x509::Name other_root = dn("CN=Somebody else");

const char* const id = "bindings-disagree";

Run both(const Seen& left, const Seen& right)
{
    return Run{}.saw(left).saw(right);
}

Seen asks(wire::ProtocolVersion version, const Names& names)
{
    return Seen{version}.asked(names).http(403);
}

} // namespace

TEST_CASE("bindings-disagree compares lists and presence across names, addresses and repeats")
{
    const Names ours{issuing_ca};
    const Names theirs{root_ca};

    CHECK(both(asks(tls13, ours), asks(tls13, theirs).sni(std::nullopt)).severity(id) == warning);
    CHECK(both(asks(tls13, ours), Seen{tls13}.sni(std::nullopt).http(200)).severity(id) == warning);
    CHECK(both(asks(tls13, ours), asks(tls13, theirs).address("127.0.0.2")).severity(id) == warning);
    CHECK(both(asks(tls13, ours), asks(tls13, theirs)).severity(id) == warning);
    CHECK(both(asks(tls13, ours), asks(tls13, {})).severity(id) == warning);
    CHECK(both(asks(tls13, ours), asks(tls13, ours).sni(std::nullopt)).severity(id) == absent);
    CHECK(both(asks(tls13, {issuing_ca, root_ca}), asks(tls13, {root_ca, issuing_ca})).severity(id) == absent);
}

TEST_CASE("across TLS versions lists that differ disagree, and asking and not asking; a list and none do not")
{
    const auto lists = both(asks(tls13, {issuing_ca}), asks(tls12, {root_ca}));
    CHECK(lists.severity(id) == warning);
    CHECK(contains(lists.text(id), "asks differently by TLS version"));
    CHECK(contains(lists.text(id), "back ends behind one address that are set up differently (--repeat 20 tells)"));
    CHECK(both(asks(tls13, {issuing_ca}), asks(tls12, {root_ca}).sni(std::nullopt)).severity(id) == absent);
    CHECK(both(asks(tls13, {issuing_ca}), Seen{tls12}.http(200)).severity(id) == warning);
    CHECK(both(Seen{tls13}.http(200), Seen{tls12}.asked({root_ca}, observation::Stage::renegotiation).http(403))
              .severity(id) == warning);
    CHECK(both(asks(tls13, {issuing_ca}), asks(tls12, {})).severity(id) == absent);
}

TEST_CASE("a variant that never got an answer disagrees with nobody")
{
    const auto ok = asks(tls13, {issuing_ca});

    CHECK(both(ok, Seen{tls13}.no_server_hello("").ended(Outcome::refused)).severity(id) == absent);
    CHECK(both(ok, Seen{tls12}.no_server_hello("").alert(wire::AlertDescription::protocol_version, Phase::handshake))
              .severity(id) == absent);
    CHECK(both(ok, Seen{tls13}.sni(std::nullopt).broke_off().ended(Outcome::timeout)).severity(id) == absent);
    CHECK(both(ok, Seen{tls13}.sni(std::nullopt).http_requested().ended(Outcome::timeout)).severity(id) == absent);
}

TEST_CASE("candidates' connections are no bindings")
{
    CHECK(Run{}.saw(asks(tls13, {issuing_ca})).tries("alice", asks(tls13, {root_ca})).severity(id) == absent);
}

TEST_CASE("the evidence says which variants differ and in which names")
{
    const auto text = both(asks(tls13, {issuing_ca}), asks(tls13, {root_ca}).sni(std::nullopt)).text(id);

    CHECK(contains(text, "The server asks differently with and without SNI\n"));
    CHECK(contains(text, "A: 127.0.0.1:8443, SNI server.test, TLS 1.3: asked, with 1 name (observation 0)\n"));
    CHECK(contains(text, "B: 127.0.0.1:8443, no SNI, TLS 1.3: asked, with 1 name (observation 1)\n"));
    CHECK(contains(text, "only in A: CN=Example Issuing CA,O=Example\n"));
    CHECK(contains(text, "only in B: CN=Example Root CA,O=Example\n"));
}

TEST_CASE("the usual cause follows from what the variants differ in")
{
    const auto ours = asks(tls13, {issuing_ca});
    const auto theirs = asks(tls13, {root_ca});

    struct Row {
        Seen other;
        const char* summary;
        const char* cause;
    };

    const Row rows[] = {
        {Seen{theirs}.sni(std::nullopt), "with and without SNI", "the binding for the name and the one for IP:port"},
        {Seen{theirs}.address("::1"), "by address", "IPv4 and IPv6 bindings"},
        {theirs, "from one connection to the next", "back ends behind one address"},
        {Seen{tls12}.http(200), "by TLS version", "one TLS version only"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.summary);
        const auto text = both(ours, row.other).text(id);
        CHECK(contains(text, std::string{"The server asks differently "} + row.summary + "\n"));
        CHECK(contains(text, row.cause));
    }
}

TEST_CASE("connections that were made alike share a row of the table")
{
    const auto ours = asks(tls13, {issuing_ca});
    auto run = both(ours, asks(tls13, {root_ca}));
    for (int time = 0; time < 5; ++time) {
        run.saw(ours);
    }

    CHECK(contains(run.text(id),
                   "A: 127.0.0.1:8443, SNI server.test, TLS 1.3: asked, with 1 name (6 observations, 0 the "
                   "first)\n"));
}

TEST_CASE("the line to type is for the binding that is wrong")
{
    const auto without = Names{root_ca};
    const auto run = [&](const Names& wished) {
        return both(asks(tls13, {issuing_ca}), asks(tls13, without).sni(std::nullopt)).expects(wished).text(id);
    };

    CHECK(contains(run({issuing_ca}), "update sslcert ipport=IP_AS_SHOWN:8443"));
    CHECK(!contains(run({issuing_ca}), "update sslcert hostnameport="));
    CHECK(contains(run({issuing_ca}), "the server's own address goes first"));
    CHECK(contains(run({root_ca}), "update sslcert hostnameport=server.test:8443"));
    CHECK(!contains(run({root_ca}), "update sslcert ipport="));
    CHECK(contains(run({root_ca}), "since observation 1 (127.0.0.1:8443, no SNI, TLS 1.3) shows the right list"));
}

TEST_CASE("which binding is wrong is left open where nothing says what is right")
{
    const auto text = both(asks(tls13, {issuing_ca}), asks(tls13, {root_ca}).sni(std::nullopt)).text(id);

    CHECK(contains(text, "Which one is wrong cannot be told from here"));
    CHECK(contains(text, "update sslcert hostnameport=server.test:8443"));
    CHECK(contains(text, "update sslcert ipport=IP_AS_SHOWN:8443"));
}

TEST_CASE("of several back ends no binding is named")
{
    const auto text = both(asks(tls13, {issuing_ca}), asks(tls13, {root_ca})).expects({issuing_ca}).text(id);

    CHECK(contains(text, "Several servers stand behind this address"));
    CHECK(!contains(text, "netsh http update sslcert hostnameport="));
    CHECK(!contains(text, "ENDPOINT_AS_SHOWN"));
}

TEST_CASE("what another back end names is missing because they disagree, and what none names has another cause")
{
    const auto lists = [](const Names& first, const Names& second) {
        return Run{}
            .saw(asks(tls13, first))
            .saw(asks(tls13, second))
            .tries("alice", Seen{tls13}.asked(second).sent().http(200));
    };
    const auto cause = [](const Run& run, const char* symptom) {
        return contains(run.text(symptom), "(follows from bindings-disagree)");
    };

    CHECK(cause(lists({other_root}, {issuing_ca}), "issuer-not-advertised"));
    CHECK(cause(lists({other_root}, {issuing_ca}).expects({issuing_ca}), "expected-issuer-missing"));
    CHECK(cause(lists({other_root}, {issuing_ca}).expects({issuing_ca}), "unexpected-issuer"));
    CHECK_FALSE(cause(lists({other_root}, {}), "issuer-not-advertised"));
    CHECK_FALSE(cause(lists({other_root}, {issuing_ca}).holds(credential("mallory")), "issuer-not-advertised"));
    CHECK_FALSE(cause(lists({other_root}, {root_ca}).expects({root_ca, issuing_ca}), "expected-issuer-missing"));
}

TEST_CASE("a list with entries that are no names is told as such")
{
    const auto text =
        both(asks(tls13, {issuing_ca}), asks(tls13, {issuing_ca, x509::Name{{1, 2}}}).sni(std::nullopt)).text(id);

    CHECK(contains(text, "B: 127.0.0.1:8443, no SNI, TLS 1.3: asked, with a malformed list (1 name readable)"));
}

TEST_CASE("connections disagree also where a normal client's told nothing")
{
    const auto run = Run{}
                         .saw(Seen{tls13}.http_requested().ended(Outcome::timeout))
                         .saw(asks(tls13, {issuing_ca}).sni(std::nullopt))
                         .saw(asks(tls13, {root_ca}).sni(std::nullopt));

    CHECK(run.severity(id) == warning);
    CHECK(contains(run.text(id), "from one connection to the next"));
}
