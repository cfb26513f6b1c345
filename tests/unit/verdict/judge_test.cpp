#include "probe/verdict/judge.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using observation::Phase;
using verdict::ExpectOutcome;
using verdict::Verdict;

namespace {

Seen asked(const Names& names = {issuing_ca})
{
    return Seen{tls13}.asked(names);
}

} // namespace

TEST_CASE("the verdict is the worst finding, or unknown when nothing could be asked")
{
    const auto refused = Seen{tls13}.no_server_hello("connect to 127.0.0.1:8443: Connection refused");

    struct Row {
        const char* what;
        Run run;
        Verdict verdict;
    };

    const Row rows[] = {
        {"healthy, nothing wished", Run{}.saw(asked().http(403)), Verdict::ok},
        {"healthy with all wishes",
         Run{}.saw(asked().http(403)).expects({issuing_ca}).tries("alice", asked().sent().http(200)), Verdict::ok},
        {"info only", Run{}.saw(asked().http(200)), Verdict::ok},
        {"warning", Run{}.saw(Seen{tls13}.http(200)), Verdict::warning},
        {"critical", Run{}.saw(asked().http(403)).expects({root_ca}), Verdict::critical},
        {"refused as wished",
         Run{}.saw(asked().http(403)).tries("mallory", asked().sent().http(403)).expects(ExpectOutcome::reject),
         Verdict::ok},
        {"refused", Run{}.saw(Seen{refused}.ended(Outcome::refused)), Verdict::unknown},
        {"refused, with a candidate that is wrong anyway",
         Run{}.saw(Seen{refused}.ended(Outcome::refused)).holds(credential("expired")), Verdict::unknown},
        {"no connection", Run{}, Verdict::unknown},
        {"stalled after ServerHello", Run{}.saw(Seen{tls13}.broke_off().ended(Outcome::timeout)), Verdict::unknown},
        {"asked, then silence until the timeout", Run{}.saw(asked().broke_off().ended(Outcome::timeout)),
         Verdict::unknown},
        {"healthy, but the candidate's connection ran into the timeout",
         Run{}.saw(asked().http(403)).tries("alice", asked().sent().ended(Outcome::timeout)), Verdict::unknown},
        {"healthy until the answer broke off in its header",
         Run{}.saw(asked().http_requested().data().ended(Outcome::closed)), Verdict::unknown},
        {"the list is wrong, whatever else stayed open",
         Run{}.saw(asked().broke_off().ended(Outcome::timeout)).expects({root_ca}), Verdict::critical},
        {"could not tell, nothing wished", Run{}.saw(asked().settled()).tries("alice", asked().sent().settled()),
         Verdict::unknown},
        {"could not tell, and the list is wrong",
         Run{}
             .saw(asked({}).settled())
             .expects({issuing_ca}, issuers::ExpectMode::contains)
             .tries("alice", asked().sent().settled()),
         Verdict::critical},
        {"could not tell for one certificate of two",
         Run{}.saw(asked().settled()).tries("alice", asked().sent().settled()).tries("alice", asked().sent().data()),
         Verdict::ok},
        {"refused as wished by the page that is shown without one",
         Run{}
             .saw(asked().http(400, "nginx"))
             .tries("mallory", asked().sent().http(400, "nginx"))
             .expects(ExpectOutcome::reject),
         Verdict::ok},
        {"to be refused, and what stands behind nginx answers 400",
         Run{}
             .saw(asked().http(400, "nginx"))
             .tries("mallory", asked().sent().http(400, "nginx").by_application())
             .expects(ExpectOutcome::reject),
         Verdict::unknown},
        {"to be refused, and asked for a password",
         Run{}.saw(asked().http(403)).tries("mallory", asked().sent().http(401)).expects(ExpectOutcome::reject),
         Verdict::unknown},
        {"to be refused, and 401 with and without",
         Run{}.saw(asked().http(401)).tries("mallory", asked().sent().http(401)).expects(ExpectOutcome::reject),
         Verdict::ok},
        {"to be refused, and closed where an alert refuses those without",
         Run{}
             .saw(asked().alert(wire::AlertDescription::certificate_required, observation::Phase::after_handshake))
             .tries("mallory", asked().sent().http_requested().ended(Outcome::closed))
             .expects(ExpectOutcome::reject),
         Verdict::unknown},
        {"503 for everybody with a certificate", Run{}.saw(asked().http(403)).tries("alice", asked().sent().http(503)),
         Verdict::unknown},
        {"503 for one certificate of two",
         Run{}.saw(asked().http(403)).tries("alice", asked().sent().http(503)).tries("alice", asked().sent().http(200)),
         Verdict::ok},
        {"could not tell, acceptance wished",
         Run{}.saw(asked().settled()).tries("alice", asked().sent().settled()).expects(ExpectOutcome::accept),
         Verdict::unknown},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(row.run.judged().verdict == row.verdict);
    }
}

TEST_CASE("an unknown verdict says why, with the most telling connection")
{
    const auto dead = Seen{tls13}.no_server_hello("connect to 127.0.0.2:8443: No route").ended(Outcome::unreachable);
    const auto ssh = Seen{tls13}.no_server_hello("it looks like SSH").ended(Outcome::not_tls);

    CHECK(Run{}.saw(dead).saw(ssh).saw(dead).judged().summary == "Could not probe server.test:8443: it looks like SSH");
    CHECK(contains(
        Run{}
            .saw(Seen{tls13}.no_server_hello("").alert(wire::AlertDescription::unrecognized_name, Phase::handshake))
            .judged()
            .summary,
        "alert unrecognized_name (112) from the server"));
    CHECK(contains(Run{}.judged().summary, "no connection was made"));
}

TEST_CASE("what stayed open is named with the end of its connection")
{
    CHECK(contains(Run{}.saw(asked().broke_off().ended(Outcome::timeout)).judged().summary,
                   "names 1 CA; then no answer in time"));
    CHECK(contains(Run{}.saw(asked().http(403)).tries("alice", asked().sent().ended(Outcome::timeout)).judged().summary,
                   "alice.pem is accepted: no answer in time"));
}

TEST_CASE("a certificate that was neither taken nor refused is told with what may tell")
{
    const auto summary = [](const Seen& seen) {
        return Run{}.saw(asked().http(403)).tries("alice", seen).judged().summary;
    };

    CHECK(contains(summary(asked().sent().settled()),
                   "Could not tell whether alice.pem is accepted: handshake completed, "
                   "then silence (in TLS 1.3 silence does not tell: look into"));
    CHECK(contains(summary(asked().sent().http_requested().data()), "the server sent data (if it speaks no HTTP, "
                                                                    "--no-http lets the handshake decide"));
    CHECK(summary(asked().sent().http(503)).ends_with("HTTP 503 Forbidden"));
}

TEST_CASE("of versions that all fail, the one that the server speaks tells why")
{
    const auto refused = [](wire::ProtocolVersion version, wire::AlertDescription code) {
        return Seen{version}.no_server_hello("").alert(code, Phase::handshake);
    };
    const auto run = Run{}
                         .saw(refused(tls13, wire::AlertDescription::protocol_version))
                         .saw(refused(tls12, wire::AlertDescription::handshake_failure));

    CHECK(run.judged().summary ==
          "Could not probe server.test:8443: alert handshake_failure (40) from the server in the "
          "handshake (TLS 1.2 offered)");
    CHECK(contains(Run{}.saw(refused(tls13, wire::AlertDescription::protocol_version)).judged().summary,
                   "alert protocol_version (70) from the server in the handshake"));
}

TEST_CASE("causes come before what they lead to, and notes last")
{
    const auto seen = asked(public_roots);
    const auto run = Run{}
                         .saw(Seen{seen}.http(403))
                         .saw(Seen{seen}.sni(std::nullopt).http(200))
                         .saw(Seen{tls12}.asked(public_roots, observation::Stage::renegotiation).http(403))
                         .expects({issuing_ca})
                         .tries("alice", Seen{seen}.sent().http(403));

    CHECK(run.ids() == std::vector<std::string>{"ctl-store-lost", "expected-issuer-missing", "untrusted-by-server",
                                                "issuer-not-advertised", "unexpected-issuer", "rejected-by-http",
                                                "late-certificate-request", "clients-disagree"});
}

TEST_CASE("no finding appears twice, and each has evidence, remedy and reference")
{
    auto foreign = credential("alice");
    foreign.key = people().at("mallory").key;
    const auto seen = Seen{tls12}.asked(dns({"CN=x", "CN=x"}), observation::Stage::renegotiation);
    const auto judgement =
        Run{}
            .saw(Seen{seen}.http(200))
            .saw(Seen{tls12}.sni(std::nullopt).http(200))
            .expects({issuing_ca})
            .tries("expired", Seen{seen}.sent().http(403))
            .tries("server-usage", Seen{seen}.sent().ended(Outcome::closed))
            .tries("ed25519", Seen{seen}.sent().alert(wire::AlertDescription::bad_certificate, Phase::after_handshake))
            .holds(foreign)
            .judged();

    std::vector<std::string> ids;
    for (const verdict::Finding& finding : judgement.findings) {
        CAPTURE(finding.id);
        CHECK(std::find(ids.begin(), ids.end(), finding.id) == ids.end());
        ids.push_back(finding.id);
        CHECK_FALSE(finding.summary.empty());
        CHECK_FALSE(finding.evidence.empty());
        CHECK_FALSE(finding.remedies.empty());
        CHECK_FALSE(finding.references.empty());
    }
    CHECK(ids.size() >= 10);
}

TEST_CASE("the summary is one line without a bar, whatever the names hold")
{
    const x509::Name hostile = dn("CN=\\0Aevil|'x'=1\\1B[31m\xe2\x80\xae,O=Example");
    const auto judgement = Run{}.saw(asked().http(403)).expects({hostile}).judged();

    CHECK(judgement.verdict == Verdict::critical);
    for (const char letter : judgement.summary) {
        CHECK(static_cast<unsigned char>(letter) >= 0x20);
        CHECK(letter != '|');
    }
    CHECK_FALSE(contains(judgement.summary, "\xe2\x80\xae"));
}

TEST_CASE("a healthy server is summed up with what was seen")
{
    CHECK(Run{}.saw(asked().http(403)).judged().summary ==
          "Asks for a client certificate in the handshake, names 1 CA; required");
    CHECK(
        Run{}.saw(asked().http(403)).expects({issuing_ca}).tries("alice", asked().sent().http(200)).judged().summary ==
        "Asks for a client certificate in the handshake, names 1 CA; required; every expected CA "
        "is named; 1 of 1 candidate accepted");
}

TEST_CASE("the remedy for the server that answered stands first")
{
    for (const auto& [header, product] :
         {std::pair{"nginx/1.22", "nginx"}, {"Apache/2.4", "apache"}, {"Microsoft-IIS/10.0", "iis"}, {"", "iis"}}) {
        CAPTURE(header);
        const auto judgement = Run{}.saw(asked().http(403, header)).expects({root_ca}).judged();
        REQUIRE_FALSE(judgement.findings.empty());
        CHECK(judgement.findings.front().remedies.front().applies_to == product);
    }
}

TEST_CASE("of two targets the worse counts, and nothing known is worse than a warning")
{
    const std::vector<Verdict> ascending{Verdict::ok, Verdict::warning, Verdict::unknown, Verdict::critical};
    for (std::size_t left = 0; left < ascending.size(); ++left) {
        for (std::size_t right = 0; right < ascending.size(); ++right) {
            CHECK(verdict::worse(ascending[left], ascending[right]) == ascending[std::max(left, right)]);
        }
    }
}

TEST_CASE("what rejected a candidate has a word in the report")
{
    using verdict::RejectedBy;

    CHECK(verdict::to_string(RejectedBy::alert) == std::string{"alert"});
    CHECK(verdict::to_string(RejectedBy::http) == std::string{"http"});
    CHECK(verdict::to_string(RejectedBy::close) == std::string{"close"});
}

TEST_CASE("of connections that failed, the one that got furthest is told of")
{
    const std::vector<std::vector<Outcome>> from_least{{Outcome::unreachable},
                                                       {Outcome::refused},
                                                       {Outcome::timeout},
                                                       {Outcome::completed, Outcome::closed, Outcome::reset},
                                                       {Outcome::alert, Outcome::protocol_error},
                                                       {Outcome::not_tls}};
    const auto failed = [](Outcome outcome, std::string detail) {
        return Seen{tls13}.no_server_hello(std::move(detail)).ended(outcome);
    };
    for (std::size_t more = 1; more < from_least.size(); ++more) {
        for (const Outcome less : from_least[more - 1]) {
            for (const Outcome outcome : from_least[more]) {
                const auto run = Run{}.saw(failed(less, "this")).saw(failed(outcome, "that")).saw(failed(less, "this"));
                CHECK(run.judged().summary == "Could not probe server.test:8443: that");
            }
        }
    }
}

TEST_CASE("the summary stays one line when what it tells is several")
{
    const auto ssh = Seen{tls13}.no_server_hello("two\r\nlines").ended(Outcome::not_tls);

    CHECK(Run{}.saw(ssh).judged().summary == "Could not probe server.test:8443: two  lines");
}

TEST_CASE("a run that compares with nothing says what is asked now, were it nothing")
{
    const verdict::Baseline other{"b.json", "2026-05-01T00:00:00Z", {Seen{tls13}.sni("other.test").http(200).get()}};
    const auto judgement = Run{}.saw(Seen{tls13}.http(200)).since(other).judged();

    CHECK(judgement.verdict == Verdict::unknown);
    CHECK(judgement.summary.ends_with("; now: No client certificate is asked for"));
}
