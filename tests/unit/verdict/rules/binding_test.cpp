#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

/// What the saved output of `netsh http show sslcert` adds to the findings.
using namespace mtls;
using namespace mtls::test;
using iis::Binding;
using iis::BindingKind;

namespace {

/// As `netsh` prints it for server.test:8443, without a store.
Binding binding()
{
    Binding made;
    made.kind = BindingKind::hostname_port;
    made.host = "server.test";
    made.port = 8443;
    made.certificate_hash = certificate("server").sha1();
    made.application_id = "{4dc3e181-e14b-4a21-b022-59fc669b0914}";
    made.certificate_store = "My";
    made.verify_revocation = true;
    made.cached_revocation_only = false;
    made.usage_check = true;
    made.names_ctl_store = true;
    made.ds_mapper = false;
    made.negotiates = true;
    return made;
}

/// A server with the certificate of that binding, unless it is another's.
Run run(const std::vector<Binding>& with, const char* shown = "server")
{
    return Run{}
        .saw(Seen{tls13}.asked(public_roots).http(403, "Microsoft-IIS/10.0").presented({certificate(shown)}))
        .expects({issuing_ca})
        .bound(with);
}

std::string lost(const Binding& with)
{
    return run({with}).text("ctl-store-lost");
}

} // namespace

TEST_CASE("a binding without a store is the cause, and the line to type keeps its settings")
{
    const auto text = lost(binding());

    CHECK(contains(text, "The IIS binding server.test:8443 has no Ctl Store Name"));
    CHECK(contains(text, "netsh shows `Ctl Store Name : (null)` for server.test:8443"));
    CHECK(
        contains(text, "netsh http update sslcert hostnameport=server.test:8443 "
                       "certhash=" +
                           certificate("server").sha1() +
                           " certstorename=My "
                           "appid={4dc3e181-e14b-4a21-b022-59fc669b0914} sslctlstorename=ClientAuthIssuer "
                           "clientcertnegotiation=enable verifyclientcertrevocation=enable "
                           "verifyrevocationwithcachedclientcertonly=disable usagecheck=enable dsmapperusage=disable"));
    CHECK_FALSE(contains(text, "AS_SHOWN"));
    CHECK(contains(text, "Ctl Store Name is `(null)`: IIS Manager drops it"));
}

TEST_CASE("a binding that names a store speaks of an empty store, not of a lost one")
{
    Binding named = binding();
    named.ctl_store_name = "PartnerCAs";
    const auto text = lost(named);

    CHECK(contains(text, "names a store, yet the list looks like the Trusted Root store"));
    CHECK(contains(text, "sslctlstorename=PartnerCAs"));
    CHECK(contains(text, "certutil -addstore PartnerCAs ISSUING_CA.cer"));
    CHECK_FALSE(contains(text, "ClientAuthIssuer"));
    CHECK_FALSE(contains(text, "(null)"));
}

TEST_CASE("the endpoint is written as netsh wants it for each kind of binding")
{
    Binding by_address = binding();
    by_address.kind = BindingKind::ip_port;
    by_address.host = "127.0.0.1";
    CHECK(contains(lost(by_address), "netsh http update sslcert ipport=127.0.0.1:8443 certhash="));

    Binding central = binding();
    central.kind = BindingKind::central_store;
    central.host.clear();
    central.certificate_hash.reset();
    const auto text = lost(central);
    CHECK(contains(text, "netsh http update sslcert ccs=8443 appid="));
    CHECK_FALSE(contains(text, "certhash="));
}

TEST_CASE("what the binding does not say stays to be filled in")
{
    Binding terse = binding();
    terse.usage_check.reset();

    CHECK(contains(lost(terse), "usagecheck=AS_SHOWN"));
}

TEST_CASE("a binding that says nothing of stores is no evidence")
{
    Binding old = binding();
    old.names_ctl_store = false;

    CHECK_FALSE(contains(lost(old), "netsh shows"));
}

TEST_CASE("a file whose binding has another certificate than the server presents is not believed")
{
    const Run foreign = run({binding()}, "alice");
    const auto lost = foreign.text("ctl-store-lost");
    const auto why = foreign.text("iis-bindings-not-used");

    CHECK(contains(lost, "The IIS binding has likely lost its Ctl Store Name"));
    CHECK_FALSE(contains(lost, "netsh shows"));
    CHECK(contains(lost, "appid=AS_SHOWN"));
    CHECK(contains(lost, "Ctl Store Name is probably `(null)`"));
    CHECK(foreign.severity("iis-bindings-not-used") == info);
    CHECK(contains(why, "The saved binding server.test:8443 has another certificate than the server presents"));
    CHECK(contains(why, "the file: Certificate Hash " + certificate("server").sha1() +
                            " for server.test:8443, which should answer since it is for the host name sent"));
    CHECK(contains(why, "presented the certificate with SHA-1 " + certificate("alice").sha1() + ": CN=Alice"));
    CHECK(contains(why, "no binding of the file has that certificate"));
    CHECK(contains(why, "load balancer"));
    CHECK(contains(why, "Select-String -Context 1,11 " + certificate("alice").sha1()));
}

TEST_CASE("a file without a binding for the target is said to be of no use")
{
    Binding elsewhere = binding();
    elsewhere.port = 443;
    const Run run_ = run({elsewhere});
    const auto why = run_.text("iis-bindings-not-used");

    CHECK(contains(why, "No saved binding is for 127.0.0.1:8443 or server.test:8443"));
    CHECK(contains(why, "the file has bindings for server.test:443\n"));
    CHECK(contains(why, "the file has that certificate for server.test:443, which was not asked for"));
    CHECK_FALSE(contains(run_.text("ctl-store-lost"), "netsh shows"));
}

TEST_CASE("nothing is said of a file that fits, of none, and where nobody answered")
{
    CHECK(run({binding()}).severity("iis-bindings-not-used") == absent);
    CHECK(run({}).severity("iis-bindings-not-used") == absent);
    CHECK(Run{}
              .saw(Seen{tls13}.no_server_hello("").ended(observation::Outcome::refused))
              .bound({binding()})
              .severity("iis-bindings-not-used") == absent);
}

TEST_CASE("while it is not certain which binding answers, its store is likely and no more")
{
    Binding exact = binding();
    exact.kind = BindingKind::ip_port;
    exact.host = "127.0.0.1";
    const auto text = run({binding(), exact}).text("ctl-store-lost");

    CHECK(contains(text, "The IIS binding has likely lost its Ctl Store Name"));
    CHECK(contains(text, "netsh shows `Ctl Store Name : (null)` for 127.0.0.1:8443, which answers since it is for the "
                         "very address; but a binding for the host name exists as well"));
    CHECK(contains(text, "It is not certain that 127.0.0.1:8443 is the binding that answers"));
}

TEST_CASE("a file alone does not make the Server header name IIS")
{
    const auto text = Run{}
                          .saw(Seen{tls13}.asked(public_roots).http(403).presented({certificate("server")}))
                          .expects({issuing_ca})
                          .bound({binding()})
                          .text("ctl-store-lost");

    CHECK(contains(text, "its saved bindings say that this is IIS"));
    CHECK_FALSE(contains(text, "the Server header names"));
}

TEST_CASE("where no certificate of the server was seen, the file cannot be held against it")
{
    Binding other = binding();
    other.host = "elsewhere.test";
    const auto text = Run{}.saw(Seen{tls13}.asked(public_roots).http(403)).bound({other}).text("iis-bindings-not-used");

    CHECK(contains(text, "No saved binding is for "));
    CHECK(contains(text, "no certificate of the server was seen"));
    CHECK(contains(text, "Select-String -Context 1,11 CERTIFICATE_HASH"));
}
