#include "probe/verdict/rules/faults.hpp"

#include <doctest/doctest.h>

#include "probe/verdict/rules/refusal.hpp"
#include "tests/unit/support/runs.hpp"

/// Faults of a certificate and of the CAs above it, as causes of a refusal.
using namespace mtls;
using namespace mtls::test;
using observation::Phase;
using verdict::rules::Refusal;
using wire::AlertDescription;

namespace {

const pki::Hierarchy& faulty()
{
    static const pki::Hierarchy hierarchy{pki::parse_recipe(R"(
[[authority]]
name = "root"
subject = "CN=Root"
[[authority]]
name = "issuing"
subject = "CN=Issuing"
issuer = "root"
[[authority]]
name = "for-servers"
subject = "CN=For Servers"
issuer = "root"
usage = ["serverAuth"]
[[authority]]
name = "old"
subject = "CN=Old"
issuer = "root"
not_before = "-90d"
not_after = "-4d"
[[authority]]
name = "young"
subject = "CN=Young"
issuer = "root"
not_before = "2d"
not_after = "90d"
[[authority]]
name = "renewed"
subject = "CN=Old"
issuer = "root"
same_key_as = "old"
[[authority]]
name = "impostor"
subject = "CN=Issuing"
[[client]]
name = "good"
issuer = "issuing"
[[client]]
name = "other-good"
issuer = "issuing"
[[client]]
name = "expired"
issuer = "issuing"
not_before = "-90d"
not_after = "-3d"
[[client]]
name = "any"
issuer = "issuing"
usage = ["anyExtendedKeyUsage"]
[[client]]
name = "weak-key"
issuer = "issuing"
key = "rsa-1024"
[[client]]
name = "weak-signature"
issuer = "issuing"
digest = "sha1"
[[client]]
name = "of-servers"
issuer = "for-servers"
[[client]]
name = "of-old"
issuer = "old"
[[client]]
name = "of-young"
issuer = "young"
[[client]]
name = "self"
subject = "CN=Self"
[[client]]
name = "of-impostor"
issuer = "impostor"
)",
                                                            "faulty.toml"),
                                          now};
    return hierarchy;
}

const x509::Certificate& made(const std::string& name)
{
    return faulty().at(name).certificate;
}

x509::Credential held(const std::string& name)
{
    const pki::Issued& issued = faulty().at(name);
    return {name + ".pem", issued.certificate, issued.key, issued.chain};
}

x509::Credential held_alone(const std::string& name)
{
    auto credential = held(name);
    credential.chain.clear();
    return credential;
}

const Names names = dns({"CN=Root", "CN=Issuing"});
const std::string nginx = "nginx/1.22.1";
const std::string windows = "Microsoft-IIS/10.0";

Seen asks(const Names& list = names)
{
    return Seen{tls13}.asked(list);
}

Seen refuses(AlertDescription code, const Names& list = names)
{
    return asks(list).sent().alert(code, Phase::after_handshake);
}

Seen refuses(int status, const std::string& server, const Names& list = names)
{
    return asks(list).sent().http(status, server);
}

/// Nobody comes in without a certificate, by an alert.
Run by_alert(const std::string& name, AlertDescription code)
{
    return Run{}
        .saw(asks().alert(AlertDescription::certificate_required, Phase::after_handshake))
        .tries(held(name), refuses(code));
}

Run by_page(const std::string& name, const std::string& server, int status)
{
    return Run{}.saw(asks().http(status, server)).tries(held(name), refuses(status, server));
}

std::string first(const Run& run)
{
    return run.judged().findings.front().id;
}

} // namespace

TEST_CASE("a fault of the certificate itself comes first as the likely cause, with a new certificate as its remedy")
{
    struct Row {
        const char* name;
        AlertDescription alert;
        const char* id;
        const char* summary;
        const char* remedy;
    };

    const Row rows[] = {
        {"weak-key", AlertDescription::bad_certificate, "untrusted-by-server",
         "The server likely refuses weak-key.pem for the weak key (RSA 1024)",
         "client: Get a new certificate with a key of RSA 2048, EC P-256 or more"},
        {"weak-signature", AlertDescription::bad_certificate, "untrusted-by-server",
         "The server likely refuses weak-signature.pem for the weak signature (ecdsa-with-SHA1)",
         "client: Get a new certificate with a signature by SHA-256"},
        {"any", AlertDescription::unsupported_certificate, "client-auth-usage-missing",
         "The server likely does not take any.pem for client authentication: the extended key usage",
         "client: Get a new certificate with the extended key usage clientAuth"},
        {"of-servers", AlertDescription::unsupported_certificate, "client-auth-usage-missing",
         "The server likely does not take of-servers.pem for client authentication",
         "client: Get a new certificate, from a CA with the extended key usage clientAuth, or with none"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        for (const auto& run : {by_alert(row.name, row.alert), by_page(row.name, nginx, 400)}) {
            CHECK(first(run) == row.id);
            CHECK(run.severity(row.id) == critical);
            CHECK(contains(run.text(row.id), row.summary));
            CHECK(contains(run.text(row.id), row.remedy));
            CHECK_FALSE(contains(run.text(row.id), "Root and intermediates belong into one file"));
            CHECK(contains(run.judged().summary, row.name));
        }
    }
    CHECK(contains(by_alert("weak-key", AlertDescription::bad_certificate).text("untrusted-by-server"),
                   "OpenSSL at security level 2 (the default of Debian and Ubuntu) refuses it"));
    CHECK(contains(by_alert("any", AlertDescription::unsupported_certificate).text("client-auth-usage-missing"),
                   "OpenSSL (nginx, Apache, HAProxy) does not take that for clientAuth"));
    CHECK(contains(by_alert("of-servers", AlertDescription::unsupported_certificate).text("client-auth-usage-missing"),
                   "CN=For Servers above it has the extended key usage serverAuth, without clientAuth"));
    CHECK(contains(by_alert("weak-key", AlertDescription::bad_certificate).text("rejected-by-alert"),
                   "(may follow from untrusted-by-server)"));
}

TEST_CASE("a fault that this server does not mind, or that its answer rules out, is no cause")
{
    for (const char* name : {"weak-key", "weak-signature", "any"}) {
        CAPTURE(name);
        CHECK_FALSE(contains(by_page(name, windows, 403).text("untrusted-by-server"), "the weak"));
        CHECK(by_page(name, windows, 403).severity("client-auth-usage-missing") == absent);
        const auto accepted = Run{}.saw(asks().http(400, nginx)).tries(held(name), refuses(200, nginx));
        CHECK(accepted.severity("untrusted-by-server") == absent);
        CHECK(accepted.severity("client-auth-usage-missing") == absent);
        CHECK_FALSE(contains(by_alert(name, AlertDescription::unknown_ca).text("untrusted-by-server"), "the weak"));
        CHECK(by_alert(name, AlertDescription::unknown_ca).severity("client-auth-usage-missing") == absent);
    }
    CHECK(by_page("of-servers", windows, 403).severity("client-auth-usage-missing") == critical); // Windows minds that
}

TEST_CASE("a CA of the candidate's own file that has expired is named, and the certificate from it is not called good")
{
    for (const auto& run : {by_alert("of-old", AlertDescription::certificate_expired), by_page("of-old", nginx, 400)}) {
        const auto text = run.text("certificate-expired");
        CHECK(first(run) == "certificate-expired");
        CHECK(contains(text, "A CA above of-old.pem has expired: CN=Old"));
        CHECK(contains(text, "of-old.pem: CN=Old above it, which its file holds, was valid until"));
        CHECK(contains(text, "4 days ago"));
        CHECK(contains(text, "Put the CA's valid certificate"));
        CHECK(run.severity("untrusted-by-server") == absent);
    }
    CHECK(contains(by_page("of-young", nginx, 400).text("certificate-not-yet-valid"),
                   "A CA above of-young.pem is not valid yet: CN=Young"));
    CHECK(
        Run{}.saw(asks().http(400, nginx)).tries(held("of-old"), refuses(200, nginx)).severity("certificate-expired") ==
        absent); // the server has a newer one
}

TEST_CASE("an old certificate of a CA that is not sent explains nothing while a valid one is known")
{
    const auto run = [](std::vector<x509::Certificate> known) {
        return Run{}
            .saw(asks().http(400, nginx))
            .issuer_certificates(std::move(known))
            .tries(held_alone("of-old"), refuses(400, nginx));
    };

    CHECK(run({made("old")}).severity("certificate-expired") == critical);
    CHECK(contains(run({made("old")}).text("certificate-expired"), "the server may have another of that name"));
    CHECK(run({made("old"), made("renewed")}).severity("certificate-expired") == absent);
}

TEST_CASE("an alert about a date, where all dates are good, is about the server's revocation list, CA or clock")
{
    const char* const id = "rejected-by-alert";
    const auto good = by_alert("good", AlertDescription::certificate_expired);

    CHECK(contains(good.text(id), "though the dates of the certificate are good: a revocation list or a CA at the "
                                  "server has likely expired"));
    CHECK(contains(good.text(id), "everybody is refused from one minute to the next"));
    CHECK(contains(good.text(id), "apache: Renew the revocation lists of SSLCARevocationFile"));
    for (const char* name : {"expired", "of-old", "of-young"}) {
        CAPTURE(name);
        CHECK_FALSE(contains(by_alert(name, AlertDescription::certificate_expired).text(id), "dates"));
    }
    CHECK_FALSE(contains(by_alert("good", AlertDescription::access_denied).text(id), "Renew the revocation lists"));
    CHECK(contains(by_alert("good", AlertDescription::certificate_unknown).text(id),
                   "apache: Renew the revocation lists of SSLCARevocationFile"));
    CHECK_FALSE(contains(by_alert("expired", AlertDescription::certificate_unknown).text(id), "Renew the"));
    CHECK_FALSE(contains(by_alert("weak-key", AlertDescription::certificate_unknown).text(id), "Renew the"));
    CHECK(contains(by_alert("good", AlertDescription::certificate_unknown).text(id),
                   "a revocation list that has expired"));
}

TEST_CASE("of several candidates each is named by the finding whose cause explains it")
{
    const auto three = Run{}
                           .saw(asks().http(400, nginx))
                           .issuer_certificates({made("root")})
                           .tries(held_alone("good"), refuses(400, nginx, dns({"CN=Root"})))
                           .tries(held("other-good"), refuses(200, nginx))
                           .tries("mallory", refuses(400, nginx));
    const auto listing_root = Run{}
                                  .saw(asks(dns({"CN=Root"})).http(400, nginx))
                                  .tries(held_alone("good"), refuses(400, nginx, dns({"CN=Root"})))
                                  .tries(held("other-good"), refuses(200, nginx, dns({"CN=Root"})))
                                  .tries("mallory", refuses(400, nginx, dns({"CN=Root"})));

    const auto text = listing_root.text("untrusted-by-server");
    CHECK(contains(text, "mallory.pem"));
    CHECK_FALSE(contains(text, "good.pem"));
    CHECK(contains(listing_root.text("intermediate-missing"), "good.pem"));
    CHECK(contains(three.text("untrusted-by-server"), "mallory.pem"));

    const auto two = Run{}
                         .saw(asks().alert(AlertDescription::certificate_required, Phase::after_handshake))
                         .tries("mallory", refuses(AlertDescription::unknown_ca))
                         .tries(held("weak-key"), refuses(AlertDescription::bad_certificate));
    CHECK(contains(two.text("untrusted-by-server"),
                   "The server likely refuses weak-key.pem for the weak key (RSA 1024); "
                   "mallory.pem is sent without a chain"));
}

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
