#include "probe/verdict/rules/faults.hpp"

#include <doctest/doctest.h>

#include "probe/verdict/rules/refusal.hpp"
#include "tests/unit/verdict/support/faulty.hpp"

/// What is missing or foreign above a certificate, and what may be wrong where nothing is, as causes of a refusal.
using namespace mtls;
using namespace mtls::test;
using observation::Phase;
using verdict::rules::Refusal;
using wire::AlertDescription;

TEST_CASE("a certificate without its chain: a missing intermediate is said as soon as a CA that is not trusted")
{
    const auto root_alone = dns({"CN=Root"});
    for (const auto& answer :
         {refuses(400, nginx, root_alone), refuses(AlertDescription::bad_certificate, root_alone),
          refuses(AlertDescription::certificate_unknown, root_alone), refuses(403, nginx, root_alone)}) {
        const int status = answer.get().http ? answer.get().http->status : 400;
        const auto run = Run{}.saw(asks(root_alone).http(status, nginx)).tries(held_alone("good"), answer);
        const auto text = run.text("untrusted-by-server");
        CHECK(contains(text, "good.pem is sent without a chain, and the server likely knows no CA above: an "
                             "intermediate is missing, or the CA is not trusted"));
        CHECK(contains(text, "what is above that is not known here"));
        CHECK_FALSE(contains(text, "names none of its issuers"));
        for (const verdict::Finding& finding : run.judged().findings) {
            if (finding.id == "untrusted-by-server") {
                CHECK(contains(finding.remedies.front().text, "Put the intermediate behind the certificate"));
            }
        }
    }
    CHECK(Run{}
              .saw(asks(root_alone).http(400, nginx))
              .tries(held_alone("good"), refuses(403, nginx, root_alone)) // of the application behind
              .severity("untrusted-by-server") == absent);
    CHECK(Run{}
              .tries(held_alone("good"), refuses(403, nginx, root_alone)) // maybe of the application, too
              .severity("untrusted-by-server") == absent);

    const std::string apache = "Apache/2.4.57";
    const auto by_apache =
        Run{}.saw(asks(root_alone).http(403, apache)).tries(held_alone("good"), refuses(403, apache, root_alone));
    const auto text = by_apache.text("untrusted-by-server");
    CHECK(contains(text, "TLS 1.3): HTTP 403 Forbidden\n"));
    CHECK_FALSE(contains(text, "IIS tells which"));
    CHECK_FALSE(contains(text, "nginx answers so"));
}

TEST_CASE("a list that holds the certificate itself, and a certificate that no CA has issued, are called so")
{
    const auto own_name = std::vector{made("good").subject()};
    const auto holds_leaf =
        Run{}.saw(asks(own_name).http(400, nginx)).tries(held("good"), refuses(400, nginx, own_name));
    const auto self = by_page("self", nginx, 400);
    const auto self_by_alert = by_alert("self", AlertDescription::unknown_ca);

    CHECK(contains(holds_leaf.text("untrusted-by-server"), "likely holds good.pem itself, not its CA"));
    CHECK_FALSE(contains(holds_leaf.text("untrusted-by-server"), "it names a CA above"));
    CHECK(
        contains(self.text("untrusted-by-server"), "self.pem is self-signed, and the server likely does not trust it"));
    CHECK(contains(self_by_alert.text("untrusted-by-server"),
                   "self.pem is self-signed, and the server does not trust it"));
    CHECK_FALSE(contains(self.text("untrusted-by-server"), "the CA of self.pem"));
    CHECK(contains(self.text("untrusted-by-server"), "but the server does not name it"));
    CHECK(contains(self.text("untrusted-by-server"), "nginx: Or trust this very certificate"));
}

TEST_CASE("a CA of the same name with another key is named where it is known, and else is one possibility")
{
    const auto run = [](std::vector<x509::Certificate> known) {
        return Run{}
            .saw(asks().http(400, nginx))
            .issuer_certificates(std::move(known))
            .tries(held("of-impostor"), refuses(400, nginx));
    };

    CHECK(
        contains(run({made("issuing")}).text("untrusted-by-server"),
                 "a CA that is known here bears the name CN=Issuing and has another key than the one that signed it"));
    CHECK(contains(run({}).text("untrusted-by-server"), "a CA of the same name with another key"));
    CHECK_FALSE(contains(run({}).text("untrusted-by-server"), "is known here bears"));
    CHECK(contains(run({made("issuing")}).text("untrusted-by-server"),
                   "The server likely has another CA of the same name than that of of-impostor.pem: the keys differ"));
    const auto sibling_of_that_name = Run{}
                                          .saw(asks().http(400, nginx))
                                          .tries(held("good"), refuses(200, nginx))
                                          .tries(held("of-impostor"), refuses(400, nginx));
    CHECK(sibling_of_that_name.severity("revoked-or-revocation-offline") == absent);
    CHECK(sibling_of_that_name.severity("untrusted-by-server") == critical);
}

TEST_CASE("refused while another of the same CA is let in: likely this certificate is revoked")
{
    const char* const id = "revoked-or-revocation-offline";
    const auto run = [](const std::string& server, int status) {
        return Run{}
            .saw(asks().http(status, server))
            .tries(held("good"), refuses(status, server))
            .tries(held("other-good"), refuses(200, server));
    };

    CHECK(contains(run(nginx, 400).text(id), "good.pem is likely revoked: refused, while the server lets in "
                                             "other-good.pem of the same CA"));
    CHECK(contains(run(windows, 403).text(id), "good.pem may be revoked"));
    const auto judged = run(nginx, 400).judged();
    REQUIRE(judged.findings.front().id == id);
    CHECK(
        contains(judged.findings.front().remedies.front().text, "Ask the CA whether it has revoked this certificate"));
    CHECK(contains(judged.findings.front().remedies.front().commands.front(), made("good").serial()));
}

TEST_CASE("every flaw has its words and a certificate without it as remedy, in the certificate and above it")
{
    using x509::FlawKind;
    const verdict::CandidateFacts candidate{.label = "weak-key.pem",
                                            .name = "weak-key.pem",
                                            .leaf = made("weak-key"),
                                            .chain = {},
                                            .above = {made("for-servers"), made("root")},
                                            .above_at_its_owner = {},
                                            .issuer_match = {},
                                            .predicted = {},
                                            .attempt = std::nullopt};

    struct Row {
        FlawKind kind;
        const char* in_short;
        const char* in_full;
        const char* remedy;
    };

    const Row rows[] = {
        {FlawKind::any_usage, "extended key usage", "does not take that", "clientAuth"},
        {FlawKind::other_usage, "extended key usage", "", "clientAuth"},
        {FlawKind::weak_key, "weak key", "RSA needs 2048 bits", "RSA 2048"},
        {FlawKind::weak_signature, "weak signature", "SHA-224 or better", "SHA-256"},
        {FlawKind::critical_extension, "critical extension", "RFC 5280 §4.2", "no critical extension"},
        {FlawKind::name_constraints, "name constraints", "exclude the names", "name"},
        {FlawKind::path_length, "path length", "path length", ""},
        {FlawKind::no_ca, "may not issue", "basicConstraints CA:TRUE", ""},
    };
    for (const Row& row : rows) {
        for (const std::size_t height : {0, 1}) {
            const x509::Flaw flaw{row.kind, height};
            CAPTURE(row.in_short);
            CAPTURE(height);

            const auto remedy = verdict::rules::reissue_without(candidate, flaw);

            CHECK(contains(verdict::rules::in_short(candidate, flaw), row.in_short));
            CHECK(contains(verdict::rules::in_full(candidate, flaw), row.in_full));
            CHECK(contains(verdict::rules::in_full(candidate, flaw), "CN=For Servers") == (height == 1));
            CHECK(remedy.applies_to == "client");
            CHECK(contains(remedy.text, row.remedy));
        }
    }
}
