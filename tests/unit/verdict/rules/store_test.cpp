#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;

namespace {

const char* const id = "ctl-store-lost";

Run listing(const Names& names, const std::string& server = "Microsoft-IIS/10.0")
{
    return Run{}.saw(Seen{tls13}.asked(names).http(403, server));
}

Names with(Names names, const x509::Name& more)
{
    names.push_back(more);
    return names;
}

} // namespace

TEST_CASE("a few partners in a list are no root store to a stranger, and many are")
{
    Names partners;
    for (int each = 0; each < 4; ++each) {
        partners.push_back(dn("CN=Client CA,O=Partner " + std::to_string(each)));
    }
    const auto run = [&](const Names& names) {
        return Run{}.saw(Seen{tls13}.asked(names).http(403, "Microsoft-IIS/10.0")).holds(credential("mallory"));
    };

    CHECK(run(partners).severity("ctl-store-lost") == absent);
    CHECK(run(partners).severity("issuer-not-advertised") != absent);
    CHECK(run(partners).expects({issuing_ca}).severity("ctl-store-lost") == critical);
    partners.push_back(dn("CN=Root,O=Partner 4"));
    CHECK(run(partners).severity("ctl-store-lost") == critical);
}

TEST_CASE("ctl-store-lost needs a list of strangers that shares nothing with what is wanted")
{
    CHECK(listing(public_roots).expects({issuing_ca}).severity(id) == critical);
    CHECK(listing(public_roots).holds(credential("alice")).severity(id) == critical);
    CHECK(listing(public_roots).expects({issuing_ca}).holds(credential("alice")).severity(id) == critical);
    CHECK(listing(public_roots, "").expects({issuing_ca}).severity(id) == critical);

    CHECK(listing(public_roots).severity(id) == absent);
    CHECK(listing(with(public_roots, issuing_ca)).expects({issuing_ca}).severity(id) == absent);
    CHECK(listing(with(public_roots, issuing_ca)).holds(credential("alice")).severity(id) == absent);
    CHECK(listing(with(public_roots, root_ca)).expects({issuing_ca}).holds(credential("alice")).severity(id) == absent);
    CHECK(listing({}).expects({issuing_ca}).severity(id) == absent);
}

TEST_CASE("a few names of one organisation are somebody's choice and not a root store")
{
    const Names chosen = dns({"CN=CA 1,O=Other", "CN=CA 2,O=Other", "CN=CA 3,O=Other", "CN=CA 4,O=Partner"});

    CHECK(listing(chosen).expects({issuing_ca}).severity(id) == absent);
    CHECK(listing({public_roots[0], public_roots[1]}).expects({issuing_ca}).severity(id) == absent);
}

TEST_CASE("another server's header speaks against a CTL store")
{
    CHECK(listing(public_roots, "nginx/1.22.1").expects({issuing_ca}).severity(id) == absent);
    CHECK(listing(public_roots, "Apache/2.4.57 (Debian)").expects({issuing_ca}).severity(id) == absent);
}

TEST_CASE("the cause is worded as likely and the remedy knows what the handshake has shown")
{
    auto seen = Seen{tls13}.asked(public_roots).http(403).get();
    seen.server_certificates = {certificate("server")};

    const auto text = Run{}.saw(seen).holds(credential("alice")).text(id);

    CHECK(contains(text, "likely"));
    CHECK(contains(text, "nothing in the answers says that this is IIS"));
    CHECK(contains(text, "netsh http update sslcert ENDPOINT_AS_SHOWN certhash=" + certificate("server").sha1() + " "));
    CHECK(contains(text, "sslctlstorename=ClientAuthIssuer clientcertnegotiation=enable"));
    CHECK(contains(text, "usagecheck=AS_SHOWN"));
    CHECK(contains(text, "lists 5 names of 5 organisations: Fifth Trust, First Trust, Fourth Trust and 2 more"));
    CHECK(contains(text, "not in it: CN=Example Issuing CA,O=Example (issuer of alice.pem)"));
}

TEST_CASE("without a word of IIS the list must speak more clearly")
{
    const Names few{public_roots[0], public_roots[1], public_roots[2]};
    const Names known =
        dns({"CN=DigiCert Global Root G2,O=DigiCert Inc,C=US", "CN=Baltimore CyberTrust Root,O=Baltimore",
             "CN=ISRG Root X1,O=Internet Security Research Group,C=US"});

    CHECK(listing(few).expects({issuing_ca}).severity(id) == critical);
    CHECK(listing(few, "").expects({issuing_ca}).severity(id) == absent);
    CHECK(listing(known, "").expects({issuing_ca}).severity(id) == critical);
    CHECK(
        contains(listing(known, "").expects({issuing_ca}).text(id), "public root CAs among them: Baltimore, DigiCert"));
    CHECK(listing(few, "").saw(Seen{tls13}.asked({issuing_ca}).sni(std::nullopt)).expects({issuing_ca}).severity(id) ==
          critical);
}

TEST_CASE("a variant with the right list makes the disagreement a symptom of the lost store")
{
    const auto run =
        listing(public_roots).saw(Seen{tls13}.asked({issuing_ca}).sni(std::nullopt).http(403)).expects({issuing_ca});

    CHECK(contains(run.text(id), "the right list is still there: observation 1 (127.0.0.1:8443, no SNI, TLS 1.3)"));
    CHECK(contains(run.text("bindings-disagree"), "(follows from ctl-store-lost)"));
}

TEST_CASE("a server that refuses a certificate by alert is not http.sys")
{
    const auto alert = Seen{tls13}
                           .asked(public_roots)
                           .alert(wire::AlertDescription::certificate_required, observation::Phase::after_handshake);

    CHECK(Run{}.saw(alert).expects({issuing_ca}).severity(id) == absent);
}

TEST_CASE("a wished refusal makes the lost store a note")
{
    const auto refused = Seen{tls13}.asked(public_roots).sent().http(403);

    CHECK(listing(public_roots).tries("alice", refused).expects(verdict::ExpectOutcome::reject).severity(id) == info);
}

TEST_CASE("names without O, OU and CN stand for themselves, and of many that are missing three are shown")
{
    const Names components = dns({"DC=one", "DC=two", "DC=three", "DC=four", "DC=five"});
    const Names wanted = dns({"CN=A", "CN=B", "CN=C", "CN=D", "CN=E"});
    const auto text = listing(components).expects(wanted).text(id);

    CHECK(contains(text, "lists 5 names of 5 organisations: DC=five, DC=four, DC=one and 2 more"));
    CHECK(contains(text, "not in it: CN=C (expected)"));
    CHECK_FALSE(contains(text, "CN=D"));
    CHECK(contains(text, "not in it: 2 more"));
}

TEST_CASE("where nothing says IIS the fixes of others stand beside, and nobody who suffers makes it a warning")
{
    const auto tried = [](int status, const char* server) {
        return listing(public_roots, server)
            .tries("alice", Seen{tls13}.asked(public_roots).sent().http(status, server));
    };
    const auto unknown = tried(403, "");

    CHECK(unknown.severity(id) == critical);
    CHECK(tried(200, "").severity(id) == warning);
    CHECK(tried(200, "").expects({issuing_ca}).severity(id) == critical);
    CHECK(contains(unknown.text(id), "The list looks like the root store of a whole system"));
    for (const char* fix : {"ssl_client_certificate /etc/nginx", "ca-file CLIENT_CAS.pem", "SSLCACertificateFile /etc",
                            "netsh http update sslcert"}) {
        CHECK(contains(unknown.text(id), fix));
    }
    CHECK_FALSE(contains(tried(403, "Microsoft-IIS/10.0").text(id), "ssl_client_certificate"));
}
