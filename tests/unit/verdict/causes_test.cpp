#include "probe/verdict/causes.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Phase;
using verdict::Finding;
using wire::AlertDescription;

namespace {

Finding finding(const char* id, verdict::Severity severity, std::vector<std::size_t> candidates = {})
{
    return {.id = id, .severity = severity, .summary = id, .candidates = std::move(candidates)};
}

} // namespace

TEST_CASE("a symptom names the root of its causes, once, in its summary")
{
    std::vector<Finding> findings{
        finding("ctl-store-lost", critical), finding("expected-issuer-missing", critical, {0}),
        finding("untrusted-by-server", critical, {0}), finding("rejected-by-http", critical, {0})};

    verdict::name_causes(findings, {});

    CHECK(findings[0].follows_from.empty());
    CHECK(findings[0].summary == "ctl-store-lost");
    for (std::size_t at = 1; at < findings.size(); ++at) {
        CAPTURE(findings[at].id);
        CHECK(findings[at].follows_from == std::vector<std::string>{"ctl-store-lost"});
        CHECK(findings[at].summary == findings[at].id + " (follows from ctl-store-lost)");
        CHECK(statement(findings[at]) == findings[at].id);
    }
}

TEST_CASE("a finding about several candidates is a symptom only if each is explained")
{
    const auto judged = [](std::vector<std::size_t> expired, std::vector<std::size_t> untrusted) {
        std::vector<Finding> findings{finding("rejected-by-alert", critical, {0, 1})};
        if (!expired.empty()) {
            findings.push_back(finding("certificate-expired", critical, std::move(expired)));
        }
        if (!untrusted.empty()) {
            findings.push_back(finding("untrusted-by-server", critical, std::move(untrusted)));
        }
        verdict::name_causes(findings, {});
        return findings.front().follows_from;
    };

    CHECK(judged({0}, {1}) == std::vector<std::string>{"certificate-expired", "untrusted-by-server"});
    CHECK(judged({0, 1}, {}) == std::vector<std::string>{"certificate-expired"});
    CHECK(judged({0}, {}).empty());
    CHECK(judged({0, 2}, {}).empty());
    CHECK(judged({2}, {}).empty());
    CHECK(judged({}, {}).empty());
}

TEST_CASE("a cause that is only likely lets its symptoms only perhaps follow")
{
    std::vector<Finding> findings{finding("untrusted-by-server", critical, {0}),
                                  finding("rejected-by-http", critical, {0})};
    findings[0].sureness = verdict::Sureness::likely;

    verdict::name_causes(findings, {});

    CHECK(findings[1].summary == "rejected-by-http (may follow from untrusted-by-server)");
}

TEST_CASE("what may explain a refusal counts only where nothing surely does")
{
    const auto judged = [](std::vector<Finding> findings) {
        verdict::name_causes(findings, {});
        return findings.back().summary;
    };
    const Finding unlisted = finding("issuer-not-advertised", critical, {0});
    const Finding expired = finding("certificate-expired", critical, {0});
    const Finding closed = finding("rejected-by-close", critical, {0});

    CHECK(judged({unlisted, closed}) == "rejected-by-close (may follow from issuer-not-advertised)");
    CHECK(judged({unlisted, expired, closed}) == "rejected-by-close (follows from certificate-expired)");
    CHECK(judged({finding("issuer-not-advertised", critical, {1}), closed}) == "rejected-by-close");

    Finding likely = finding("untrusted-by-server", critical, {0});
    likely.sureness = verdict::Sureness::likely;
    CHECK(judged({finding("ctl-store-lost", critical), likely, finding("rejected-by-http", critical, {0})}) ==
          "rejected-by-http (may follow from ctl-store-lost)");
}

TEST_CASE("an alert that says nothing may come from an issuer that is not named, one that speaks for itself does not")
{
    const auto refused = [](AlertDescription alert) {
        const auto asked = [] { return Seen{tls13}.asked({issuing_ca}); };
        return Run{}
            .saw(asked().http(403))
            .tries("mallory", asked().sent().alert(alert, Phase::after_handshake))
            .text("rejected-by-alert");
    };

    CHECK(contains(refused(AlertDescription::handshake_failure), "(may follow from issuer-not-advertised)"));
    CHECK_FALSE(contains(refused(AlertDescription::access_denied), "follow"));
}

TEST_CASE("what is only good to know explains nothing that is wrong")
{
    std::vector<Finding> findings{finding("issuer-list-empty", info), finding("expected-issuer-missing", critical)};

    verdict::name_causes(findings, {});

    CHECK(findings[1].follows_from.empty());
}

TEST_CASE("causes are only ever findings of the same report that stand for themselves")
{
    const auto asked = [] { return Seen{tls13}.asked({issuing_ca}); };
    const auto judgement =
        Run{}
            .saw(asked().http(403))
            .expects({root_ca})
            .tries("expired", asked().sent().alert(AlertDescription::certificate_expired, Phase::after_handshake))
            .tries("mallory", asked().sent().alert(AlertDescription::unknown_ca, Phase::after_handshake))
            .judged();

    std::size_t symptoms = 0;
    for (const Finding& each : judgement.findings) {
        for (const std::string& cause : each.follows_from) {
            ++symptoms;
            const auto found = std::find_if(judgement.findings.begin(), judgement.findings.end(),
                                            [&](const Finding& other) { return other.id == cause; });
            REQUIRE(found != judgement.findings.end());
            CHECK(found->follows_from.empty());
        }
    }
    CHECK(symptoms >= 3);
}

TEST_CASE("candidates go by their file's name unless two share it")
{
    auto one = credential("alice");
    auto two = credential("mallory");
    auto three = credential("rsa");
    one.label = "/home/a/alice.pem";
    two.label = "/home/b/alice.pem";
    three.label = "/home/c/rsa.pem";

    const auto facts = Run{}.saw(Seen{tls13}.http(200)).holds(one).holds(two).holds(three).facts();

    CHECK(facts.candidates[0].name == "/home/a/alice.pem");
    CHECK(facts.candidates[1].name == "/home/b/alice.pem");
    CHECK(facts.candidates[2].name == "rsa.pem");
    CHECK(facts.candidates[2].label == "/home/c/rsa.pem");
}
