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
    CHECK(contains(lost(terse), "For AS_SHOWN write what `show sslcert` prints (enable or disable)."));
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
    elsewhere.certificate_hash = certificate("alice").sha1();
    const Run run_ = run({elsewhere});
    const auto why = run_.text("iis-bindings-not-used");

    CHECK(contains(why, "No saved binding is for 127.0.0.1:8443 or server.test:8443"));
    CHECK(contains(why, "the file has bindings for server.test:443\n"));
    CHECK_FALSE(contains(run_.text("ctl-store-lost"), "netsh shows"));
}

TEST_CASE("the only binding with the certificate that was presented is likely the one, behind a port forward")
{
    Binding elsewhere = binding();
    elsewhere.port = 443;
    Binding another = elsewhere;
    another.host = "other.test";
    const auto text = run({elsewhere}).text("ctl-store-lost");

    CHECK(run({elsewhere}).severity("iis-bindings-not-used") == absent);
    CHECK(contains(text, "netsh http update sslcert hostnameport=server.test:443 "));
    CHECK(contains(text, "which answers since it alone has the certificate that was presented; but it is for another "
                         "address or port than was asked"));
    CHECK(contains(text, "has likely lost its Ctl Store Name"));
    CHECK(run({elsewhere, another}).severity("iis-bindings-not-used") == info);
    CHECK(contains(run({elsewhere, another}).text("iis-bindings-not-used"),
                   "the file has that certificate for server.test:443 and other.test:443, which was not asked for"));
}

TEST_CASE("every setting of the binding that is not as usual is said again")
{
    Binding set = binding();
    set.revocation_freshness_time = 3600;
    set.url_retrieval_timeout = 15000;
    set.ctl_identifier = "LegacyCtl";
    set.also_set = {"disablehttp2", "disabletls13"};

    CHECK(contains(lost(set), "dsmapperusage=disable revocationfreshnesstime=3600 urlretrievaltimeout=15000 "
                              "sslctlidentifier=LegacyCtl disablehttp2=enable disabletls13=enable\n"));
    CHECK_FALSE(contains(lost(set), "not known here: add them"));
    set.more_is_set = true;
    CHECK(contains(lost(set), "The file has more settings that are on and not known here: add them."));
    CHECK(contains(run({}).text("ctl-store-lost"), "Add what else is not 0, (null) or Not Set."));
}

TEST_CASE("a store's name is written as a command prompt takes it, or not at all")
{
    Binding named = binding();
    for (const auto& [name, written] : {std::pair{"My Store", "\"My Store\""}, {"Größe-1", "Größe-1"}}) {
        named.ctl_store_name = name;
        CHECK(contains(lost(named), std::string{"certutil -addstore "} + written + " ISSUING_CA.cer"));
        CHECK(contains(lost(named), std::string{"sslctlstorename="} + written + " clientcert"));
    }
    for (const char* name : {"a&calc", "x\"&calc&\"", "a%PATH%b", "a\nb", "a^b", "a!b!"}) {
        CAPTURE(name);
        named.ctl_store_name = name;
        CHECK(contains(lost(named), "certutil -addstore NAME_AS_SHOWN ISSUING_CA.cer"));
        CHECK(contains(lost(named), "sslctlstorename=NAME_AS_SHOWN clientcert"));
        CHECK(contains(lost(named), "characters that a command prompt would act on"));
    }
}

TEST_CASE("the only store that the file names is the one to name, where the right binding is not known")
{
    Binding elsewhere = binding();
    elsewhere.port = 444;
    elsewhere.ctl_store_name = "ClientCAs";
    Binding third = elsewhere;
    third.ctl_store_name = "OtherCAs";

    CHECK(contains(run({binding(), elsewhere}).text("ctl-store-lost"), "sslctlstorename=ClientCAs"));
    CHECK(contains(run({binding(), elsewhere}).text("ctl-store-lost"),
                   "The line names the store that other bindings of the file name."));
    CHECK(contains(run({binding(), elsewhere, third}).text("ctl-store-lost"), "sslctlstorename=ClientAuthIssuer"));
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

TEST_CASE("a binding gets the store of the one that is right, and not a store of another name")
{
    Binding right = binding();
    right.ctl_store_name = "ClientCAs";
    Binding wrong = binding();
    wrong.kind = BindingKind::ip_port;
    wrong.host = "0.0.0.0";
    const auto by_name = [] { return Seen{tls13}.presented({certificate("server")}); };
    const Run run_ = Run{}
                         .saw(by_name().asked({issuing_ca}).http(403, "Microsoft-IIS/10.0"))
                         .saw(by_name().sni(std::nullopt).asked(public_roots).http(403, "Microsoft-IIS/10.0"))
                         .expects({issuing_ca})
                         .bound({right, wrong});
    const auto text = run_.text("bindings-disagree");

    CHECK(contains(text, "netsh http update sslcert ipport=0.0.0.0:8443 "));
    CHECK(contains(text, "sslctlstorename=ClientCAs clientcertnegotiation=enable"));
    CHECK(contains(text, "The line names the store of the binding that is right."));
    CHECK_FALSE(contains(text, "ClientAuthIssuer"));
}

TEST_CASE("the store that a normal client misses is the one behind another way of asking, if that is known")
{
    Binding wrong = binding();
    Binding right = binding();
    right.kind = BindingKind::ip_port;
    right.host = "0.0.0.0";
    right.ctl_store_name = "ClientCAs";
    const auto by_name = [] { return Seen{tls13}.presented({certificate("server")}); };
    const Run run_ = Run{}
                         .saw(by_name().asked(public_roots).http(403, "Microsoft-IIS/10.0"))
                         .saw(by_name().sni(std::nullopt).asked({issuing_ca}).http(403, "Microsoft-IIS/10.0"))
                         .expects({issuing_ca})
                         .bound({right, wrong});

    for (const char* id : {"ctl-store-lost", "expected-issuer-missing", "bindings-disagree"}) {
        CAPTURE(id);
        const auto text = run_.text(id);
        CHECK(contains(text, "hostnameport=server.test:8443 "));
        CHECK(contains(text, "sslctlstorename=ClientCAs"));
        CHECK_FALSE(contains(text, "ClientAuthIssuer"));
    }
    CHECK(contains(run_.text("ctl-store-lost"), "certutil -addstore ClientCAs ISSUING_CA.cer"));
}

TEST_CASE("where the list is not at fault the line to type leaves the store as it is")
{
    const auto late = [](std::vector<Binding> with) {
        return Run{}
            .saw(Seen{tls12}
                     .asked({issuing_ca}, observation::Stage::renegotiation)
                     .http(403, "Microsoft-IIS/10.0")
                     .presented({certificate("server")}))
            .saw(Seen{tls13}.http(500, "Microsoft-IIS/10.0").presented({certificate("server")}))
            .bound(std::move(with))
            .text("late-request-impossible");
    };
    Binding named = binding();
    named.ctl_store_name = "ClientCAs";
    Binding old = binding();
    old.names_ctl_store = false;

    CHECK(contains(late({}), "sslctlstorename=AS_SHOWN clientcertnegotiation=enable"));
    CHECK(contains(late({}), "leave sslctlstorename out where it prints (null)"));
    CHECK(contains(late({old}), "sslctlstorename=AS_SHOWN clientcertnegotiation=enable"));
    CHECK(contains(late({old}), "leave sslctlstorename out where it prints (null)"));
    CHECK(contains(late({named}), "sslctlstorename=ClientCAs clientcertnegotiation=enable"));
    CHECK(contains(late({named}), "sslctlstorename=ClientCAs clientcertnegotiation=disable disabletls13=enable"));
    CHECK_FALSE(contains(late({binding()}), "sslctlstorename="));
    CHECK(contains(late({binding()}), "The binding names no store, and the line adds none."));
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
