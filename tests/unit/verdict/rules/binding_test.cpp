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
    made.certificate_hash = "00112233445566778899aabbccddeeff00112233";
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

std::string lost(const Binding& with)
{
    return Run{}
        .saw(Seen{tls13}.asked(public_roots).http(403, "Microsoft-IIS/10.0"))
        .expects({issuing_ca})
        .bound({with})
        .text("ctl-store-lost");
}

} // namespace

TEST_CASE("a binding without a store is the cause, and the line to type keeps its settings")
{
    const auto text = lost(binding());

    CHECK(contains(text, "The IIS binding server.test:8443 has no Ctl Store Name"));
    CHECK(contains(text, "netsh shows `Ctl Store Name : (null)` for server.test:8443"));
    CHECK(contains(text, "netsh http update sslcert hostnameport=server.test:8443 "
                         "certhash=00112233445566778899aabbccddeeff00112233 certstorename=My "
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
