#include "probe/verdict/rules/faults.hpp"

#include <doctest/doctest.h>

#include "probe/verdict/rules/refusal.hpp"
#include "tests/unit/verdict/support/faulty.hpp"

/// Faults of a certificate and of the CAs above it, as causes of a refusal.
using namespace mtls;
using namespace mtls::test;
using observation::Phase;
using verdict::rules::Refusal;
using wire::AlertDescription;

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
