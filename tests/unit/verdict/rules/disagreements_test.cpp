#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Phase;
using verdict::ExpectOutcome;
using verdict::Verdict;
using wire::AlertDescription;

namespace {

const char* const id = "bindings-disagree";

Seen asked(wire::ProtocolVersion version)
{
    return Seen{version}.asked({issuing_ca});
}

Seen tls13_breaks_off()
{
    return Seen{tls13}.alert(AlertDescription::internal_error, Phase::handshake);
}

} // namespace

TEST_CASE("a version that breaks off is a finding, critical if something was wished, and the other one is judged")
{
    const auto run = Run{}.saw(tls13_breaks_off()).saw(asked(tls12).http(400));

    CHECK(run.severity(id) == warning);
    CHECK(contains(run.text(id), "TLS 1.3 breaks off before the server asks for a certificate, and TLS 1.2 works: "
                                 "alert internal_error (80)\n"));
    CHECK(contains(run.text(id), "SNI server.test, TLS 1.2): asked, with 1 name\n"));
    CHECK(contains(run.text(id), "nginx: If this is set"));

    CHECK(Run{run}.expects({issuing_ca}).severity(id) == critical);
    CHECK(Run{run}.expects({issuing_ca}).ids() == std::vector<std::string>{id});
    CHECK(Run{run}.expects({root_ca}).severity("expected-issuer-missing") == critical);
    const auto tried = Run{run}.tries("alice", asked(tls12).sent().http(200));
    CHECK(tried.severity(id) == critical);
    CHECK(tried.judged().verdict == Verdict::critical);
    CHECK(tried.facts().candidates[0].attempt->result == verdict::AttemptResult::accepted);
}

TEST_CASE("a lower version that breaks off keeps nobody out who speaks the higher one")
{
    const auto run = Run{}
                         .saw(asked(tls13).http(400))
                         .saw(Seen{tls12}.alert(AlertDescription::internal_error, Phase::handshake))
                         .expects({issuing_ca});

    CHECK(run.severity(id) == warning);
    CHECK(contains(run.text(id), "TLS 1.2 breaks off before the server asks for a certificate, and TLS 1.3 works"));
}

TEST_CASE("of several that break off the one is told that keeps clients out")
{
    const auto run = Run{}
                         .saw(asked(tls13).sni(std::nullopt).http(400))
                         .saw(Seen{tls12}.alert(AlertDescription::internal_error, Phase::handshake).sni(std::nullopt))
                         .saw(tls13_breaks_off())
                         .saw(asked(tls12).http(400));

    CHECK(contains(run.text(id), "TLS 1.3 breaks off before the server asks for a certificate, and TLS 1.2 works"));
    CHECK_FALSE(contains(run.text(id), "TLS 1.2 breaks off"));
    CHECK(contains(run.text(id), "observations 1 and 2 (127.0.0.1:8443, with and without SNI, "));
    CHECK(Run{run}.expects({issuing_ca}).severity(id) == critical);
}

TEST_CASE("what the other version asks is told, also if that is nothing, or not known to the end")
{
    const auto told = [](const Seen& works) { return Run{}.saw(tls13_breaks_off()).saw(works).text(id); };

    CHECK(contains(told(Seen{tls12}.http(200)), "TLS 1.2): no certificate is asked for\n"));
    CHECK(contains(told(Seen{tls12}.http_requested().ended(observation::Outcome::timeout)),
                   "TLS 1.2): no answer in time"));
}

TEST_CASE("a list that fills TLS 1.2 leaves no room in the request of TLS 1.3, and fewer CAs are the remedy")
{
    const auto listing = [](std::size_t bytes) {
        auto request = request12({issuing_ca});
        request.request.certificate_authorities_bytes = bytes;
        return Seen{tls12}.asked(std::move(request)).http(400);
    };
    const auto full = Run{}.saw(tls13_breaks_off()).saw(listing(65'200));
    const auto long_one = Run{}.saw(tls13_breaks_off()).saw(listing(60'000));

    CHECK(contains(full.text(id), "a list of so many bytes does not fit into the request of TLS 1.3"));
    CHECK(contains(full.text(id), "any: Name fewer CAs"));
    CHECK_FALSE(contains(full.text(id), "ClientSignatureAlgorithms"));
    CHECK_FALSE(contains(long_one.text(id), "does not fit"));
    CHECK(contains(long_one.text(id), "nginx: If this is set"));
}

TEST_CASE("a version that breaks off only sometimes is a back end, and not the version")
{
    const auto run = Run{}.saw(tls13_breaks_off()).saw(asked(tls12).http(400)).saw(asked(tls13).http(400));

    CHECK(contains(run.text(id), "Some connections break off before the server asks, and others of the same kind do "
                                 "not: alert internal_error (80)\n"));
    CHECK(contains(run.text(id), "--connect BACK_END_ADDRESS"));
    CHECK(!contains(run.text(id), "ClientSignatureAlgorithms"));
    CHECK(contains(run.text(id), "broken"));
}

TEST_CASE("answers that change by themselves are no sign of a binding")
{
    const auto text = Run{}
                          .saw(asked(tls13).http(403))
                          .saw(Seen{tls13}.asked({root_ca}).sni(std::nullopt).http(403))
                          .saw(Seen{tls13}.asked({root_ca}).http(403))
                          .text(id);

    CHECK(contains(text, "The server asks differently from one connection to the next\n"));
}

TEST_CASE("a list that was read without a handshake differs from none, and the words say how far that goes")
{
    auto early = [](Seen seen) {
        auto made = seen.get();
        made.list_only = true;
        made.handshake_completed = false;
        made.messages.push_back({observation::Side::server, wire::HandshakeType::finished, 36, 1});
        return made;
    };
    const auto run = Run{}.saw(early(asked(tls13))).saw(early(Seen{tls13}.sni(std::nullopt)));

    CHECK(run.severity(id) == warning);
    CHECK(contains(run.text(id), "with and without SNI in the handshake, and only that was looked at\n"));
    CHECK(contains(run.text(id), "no certificate is asked for in the handshake (it may be later)"));
}

TEST_CASE("a certificate that is let in only sometimes is told, and the worst counts")
{
    const auto shown = [](int status) { return asked(tls13).candidate(0).sent().http(status); };
    const auto run = Run{}.saw(asked(tls13).http(403)).tries("alice", shown(200)).saw(shown(403)).saw(shown(200));

    CHECK(run.severity(id) == critical);
    CHECK(contains(run.text(id), "2 of 3 connections let alice.pem in\n"));
    CHECK(contains(run.text(id), "observations 1 and 3 (127.0.0.1:8443, SNI server.test, TLS 1.3): HTTP 200 OK, with "
                                 "alice.pem\n"));
    CHECK(contains(run.text(id), "Several servers stand behind this address"));
    const auto facts = run.facts();
    CHECK(facts.candidates[0].attempt->result == verdict::AttemptResult::rejected);
    CHECK(facts.candidates[0].attempt->observation == 2);
    CHECK(contains(run.text("rejected-by-http"), "(follows from bindings-disagree"));
    CHECK(run.judged().summary.starts_with("2 of 3 connections let alice.pem in"));

    CHECK(Run{}.saw(asked(tls13).http(403)).tries("alice", shown(403)).saw(shown(403)).severity(id) == absent);
    const auto feared = Run{run}.expects(ExpectOutcome::reject);
    CHECK(feared.severity(id) == warning);
    CHECK(feared.severity("accepted-unexpectedly") == critical);
}

TEST_CASE("a version that breaks off and another list without the name are one finding, the first in front")
{
    const auto run = Run{}
                         .saw(tls13_breaks_off())
                         .saw(asked(tls12).http(400))
                         .saw(Seen{tls12}.asked({root_ca}).sni(std::nullopt).http(400));

    CHECK(run.severity(id) == warning);
    CHECK(contains(run.text(id), "and TLS 1.2 works: alert internal_error (80); "));
    CHECK(contains(run.text(id), "with and without SNI"));
    CHECK(contains(run.text(id), "nginx: If this is set"));
}
