#include <doctest/doctest.h>

#include "probe/verdict/rules/refusal.hpp"
#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Phase;
using verdict::rules::Refusal;
using wire::AlertDescription;

namespace {

const char* const untrusted = "untrusted-by-server";
const char* const revoked = "revoked-or-revocation-offline";
const std::string iis_header = "Microsoft-IIS/10.0";

Seen asks(const Names& names)
{
    return Seen{tls13}.asked(names);
}

Run refused(const std::string& name, const Seen& answer, const std::string& server = iis_header)
{
    return Run{}.saw(asks({issuing_ca}).http(403, server)).tries(name, answer);
}

Seen page(int substatus)
{
    auto seen = asks({issuing_ca}).sent().http(403, iis_header);
    return seen.substatus(substatus);
}

} // namespace

TEST_CASE("a 400 of what stands behind nginx is no word on the certificate")
{
    const auto asked = Seen{tls13}.asked({root_ca, issuing_ca});
    const auto own =
        Run{}.saw(Seen{asked}.http(400, "nginx/1.22")).tries("alice", Seen{asked}.sent().http(400, "nginx/1.22"));
    const auto other = Run{}
                           .saw(Seen{asked}.http(400, "nginx/1.22"))
                           .tries("alice", Seen{asked}.sent().http(400, "nginx/1.22").by_application());

    CHECK(own.severity("untrusted-by-server") == critical);
    CHECK(other.severity("untrusted-by-server") == absent);
    CHECK(contains(other.text("rejected-by-http"), "what stands behind nginx may have answered"));
}

TEST_CASE("a certificate alone, of an issuer that nobody knows, may lack its chain only")
{
    auto bare = credential("alice");
    bare.chain.clear();
    const auto asked = Seen{tls13}.asked({dn("CN=Some Root")});
    const auto run = [&](const x509::Credential& held) {
        return Run{}
            .saw(Seen{asked}.http(403))
            .tries(held, Seen{asked}.sent().alert(wire::AlertDescription::unknown_ca, Phase::after_handshake));
    };

    const auto text = run(bare).text("untrusted-by-server");
    CHECK(contains(text, "the file holds one certificate and no chain; if CN=Example Issuing CA,O=Example is an "
                         "intermediate that the server does not have, only that is missing"));
    CHECK(contains(text, "client: Put the intermediate behind the certificate"));
    CHECK_FALSE(contains(run(credential("alice")).text("untrusted-by-server"), "and no chain"));
}

TEST_CASE("a list that names an intermediate without its root does not say that the server trusts it")
{
    const auto answer = [](const Names& names) { return asks(names).sent().http(403, iis_header); };
    const auto run = [&](const Names& names) {
        return Run{}
            .saw(asks(names).http(403, iis_header))
            .tries("alice", answer(names))
            .issuer_certificates({certificate("intermediate"), certificate("root")});
    };

    CHECK(contains(run({issuing_ca}).text(revoked), "or (in ClientAuthTrustMode 1) its root is not trusted"));
    CHECK(contains(run({issuing_ca}).text(revoked), "ClientAuthTrustMode 1"));
    CHECK(!contains(run({issuing_ca, root_ca}).text(revoked), "root is not trusted"));
    CHECK(!contains(run({root_ca}).text(revoked), "ClientAuthTrustMode 1"));
}

TEST_CASE("what a refusal says about trust depends on the alert, the page, the list and the certificate")
{
    const auto ours = [] { return asks({issuing_ca}).sent(); };
    const auto alert = [&](AlertDescription code) { return ours().alert(code, Phase::after_handshake); };

    struct Row {
        const char* what;
        Run run;
        Refusal refusal;
    };

    const Row rows[] = {
        {"unknown_ca", refused("mallory", alert(AlertDescription::unknown_ca)), Refusal::untrusted},
        {"certificate_revoked", refused("alice", alert(AlertDescription::certificate_revoked)), Refusal::revoked},
        {"certificate_unknown", refused("alice", alert(AlertDescription::certificate_unknown)), Refusal::none},
        {"handshake_failure", refused("alice", alert(AlertDescription::handshake_failure)), Refusal::none},
        {"internal_error", refused("alice", alert(AlertDescription::internal_error)), Refusal::likely_untrusted},
        {"internal_error, expired", refused("expired", alert(AlertDescription::internal_error)), Refusal::none},
        {"403.16", refused("alice", page(16)), Refusal::untrusted},
        {"403.13", refused("alice", page(13)), Refusal::revoked},
        {"403.17", refused("alice", page(17)), Refusal::none},
        {"403, named", refused("alice", ours().http(403, iis_header)), Refusal::likely_revoked},
        {"403, not named", refused("mallory", ours().http(403, iis_header)), Refusal::likely_untrusted},
        {"403, expired", refused("expired", ours().http(403, iis_header)), Refusal::none},
        {"403, wrong usage", refused("server-usage", ours().http(403, iis_header)), Refusal::none},
        {"403, nothing sent", refused("alice", asks({issuing_ca}).http(403, iis_header)), Refusal::none},
        {"403 of nginx", refused("alice", ours().http(403, "nginx"), "nginx"), Refusal::none},
        {"400 of nginx", refused("alice", ours().http(400, "nginx"), "nginx"), Refusal::likely_untrusted},
        {"400 of IIS", refused("alice", ours().http(400, iis_header)), Refusal::none},
        {"accepted", refused("alice", ours().http(200, iis_header)), Refusal::none},
        {"reset", refused("alice", ours().ended(observation::Outcome::reset)), Refusal::none},
        {"our own alert",
         refused("alice",
                 ours().alert(AlertDescription::unknown_ca, Phase::after_handshake, observation::Direction::sent)),
         Refusal::none},
        {"403, and nobody needs a certificate",
         Run{}.saw(asks({}).http(200, iis_header)).tries("alice", asks({}).sent().http(403, iis_header)),
         Refusal::likely_untrusted},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto facts = row.run.facts();
        REQUIRE(facts.candidates.size() == 1);
        CHECK(verdict::rules::refusal_of(facts, facts.candidates[0]) == row.refusal);
        const bool trust = row.refusal == Refusal::untrusted || row.refusal == Refusal::likely_untrusted;
        const bool revocation = row.refusal == Refusal::revoked || row.refusal == Refusal::likely_revoked;
        CHECK(row.run.severity(untrusted) == (trust ? std::optional{critical} : absent));
        CHECK(row.run.severity(revoked) == (revocation ? std::optional{critical} : absent));
    }
}

TEST_CASE("a bare 403 leaves the reason open and tells where it stands")
{
    const auto text = refused("mallory", asks({issuing_ca}).sent().http(403, iis_header)).text(untrusted);

    CHECK(contains(text, "likely"));
    CHECK(contains(text, "untrusted, revoked or expired"));
    CHECK(contains(text, "look for `403 16`, `403 13` or `403 17`"));
    CHECK(contains(text, "u_ex260601.log"));
    CHECK(
        contains(refused("alice", asks({issuing_ca}).sent().http(403, iis_header)).text(revoked), "possibly revoked"));
    CHECK_FALSE(contains(refused("alice", page(16)).text(untrusted), "likely"));
}

TEST_CASE("a refusal that was wished for is a note, whatever the reason")
{
    using verdict::ExpectOutcome;

    CHECK(refused("mallory", page(16)).expects(ExpectOutcome::reject).severity(untrusted) == info);
    CHECK(refused("mallory", page(13)).expects(ExpectOutcome::reject).severity(revoked) == info);
}
