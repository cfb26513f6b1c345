#include <doctest/doctest.h>

#include "probe/verdict/opinions.hpp"
#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;

namespace {

/// "go yes, curl no": what the named clients would do with the run's first candidate.
std::string answers(const Run& run, const std::vector<std::string>& names)
{
    std::string all;
    const verdict::Facts facts = run.facts();
    for (const clients::Prediction& each : facts.candidates.at(0).predicted) {
        if (std::find(names.begin(), names.end(), each.client->name) != names.end()) {
            all += (all.empty() ? "" : ", ") + std::string{each.client->name} + " " + to_string(each.answer.sends);
        }
    }
    return all;
}

const x509::Name& issuer_of_alice()
{
    return certificate("alice").issuer();
}

} // namespace

TEST_CASE("clients-disagree when some would send a candidate and some would not, and never otherwise")
{
    const char* id = "clients-disagree";
    const auto run = [](const Names& names) {
        return Run{}.saw(Seen{tls13}.asked(names).http(403)).tries("alice", Seen{tls13}.asked(names).sent().http(200));
    };

    CHECK(run({issuer_of_alice()}).severity(id) == std::nullopt);
    CHECK(run({}).severity(id) == std::nullopt);
    CHECK(run(dns({"CN=Somebody,O=Else"})).severity(id) == verdict::Severity::info);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).tries("alice", Seen{tls13}.http(200)).severity(id) == std::nullopt);
}

TEST_CASE("clients-disagree names who would send and who would not, with the reason")
{
    const auto names = dns({"CN=Somebody,O=Else"});
    const std::string text = Run{}
                                 .saw(Seen{tls13}.asked(names).http(403))
                                 .tries("alice", Seen{tls13}.asked(names).sent().http(200))
                                 .text("clients-disagree");

    CHECK(contains(text, "alice.pem: would be sent by openssl, curl, python, nodejs"));
    CHECK(contains(text, "not by go: no certificate of the configured chain was issued by a listed authority"));
    CHECK(!contains(text, "openssl-strict"));
}

TEST_CASE("the predictions answer the request of the normal variant, with the candidate's own chain")
{
    const auto root = certificate("root").subject();
    const auto run = [&](const Names& names) {
        return Run{}.saw(Seen{tls13}.asked(names).http(403)).tries("alice", Seen{tls13}.asked(names).sent().http(200));
    };
    auto alone = credential("alice");
    alone.chain.clear();
    const auto lonely = [&](std::vector<x509::Certificate> issuers) {
        return Run{}
            .saw(Seen{tls13}.asked({root}).http(403))
            .tries(alone, Seen{tls13}.asked({root}).sent().http(200))
            .issuer_certificates(std::move(issuers));
    };
    const std::vector<std::string> names{"curl", "firefox", "go"};

    CHECK(answers(run({root}), names) == "curl yes, firefox yes, go yes");
    CHECK(answers(run({certificate("other-root").subject()}), names) == "curl yes, firefox unknown, go no");
    CHECK(answers(lonely({}), names) == "curl yes, firefox unknown, go no");
    CHECK(answers(lonely({certificate("intermediate")}), names) == "curl yes, firefox unknown, go no");
    CHECK(answers(Run{}.saw(Seen{tls13}.http(200)).tries("alice", Seen{tls13}.http(200)), names).empty());
}

TEST_CASE("a request that comes late reaches only the programs that can be asked then")
{
    const auto late = observation::Stage::post_handshake;
    const auto names = dns({"CN=Somebody,O=Else"});
    const Run run = Run{}
                        .saw(Seen{tls13}.asked(names, late).http(403))
                        .tries("alice", Seen{tls13}.asked(names, late).sent().http(200));

    CHECK(answers(run, {"curl", "nodejs", "go"}) == "curl yes, nodejs no, go no");
    CHECK(run.severity("clients-disagree") == info);
    CHECK(contains(run.text("clients-disagree"), "it does not offer post-handshake authentication"));
}

TEST_CASE("issuer-encoding-differs names the programs that the difference keeps from sending")
{
    const x509::Name printable = in_printable_strings(issuer_of_alice());
    const std::string text = Run{}
                                 .saw(Seen{tls13}.asked({printable}).http(403))
                                 .tries("alice", Seen{tls13}.asked({printable}).sent().http(200))
                                 .text("issuer-encoding-differs");

    CHECK(contains(text, "alice.pem: would be sent with the same bytes, and now not or not surely, by gnutls, wget, "
                         "firefox, chromium-linux, chromium-windows, go, winhttp, internet-explorer, curl-schannel"));
}
