#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;

namespace {

const char* const id = "root-store-polluted";
const std::string iis_header = "Microsoft-IIS/10.0";

Run lists(const Names& names, const std::string& server = iis_header)
{
    return Run{}.saw(Seen{tls13}.asked(names).http(403, server));
}

Run refused(const std::string& name, const Names& names, const std::string& server = iis_header)
{
    return lists(names, server).tries(name, Seen{tls13}.asked(names).sent().http(403, server));
}

} // namespace

TEST_CASE("root-store-polluted: only CAs that are known to be no roots are named, and something is missing")
{
    const auto knows = [](Run run) {
        return run.issuer_certificates({certificate("intermediate"), certificate("root")});
    };

    CHECK(knows(lists({issuing_ca}).expects({root_ca})).severity(id) == critical);
    CHECK(lists({issuing_ca}).expects({root_ca}).severity(id) == absent);
    CHECK(knows(lists({issuing_ca, root_ca}).expects({root_ca})).severity(id) == absent);
    CHECK(knows(lists({issuing_ca}).expects({issuing_ca})).severity(id) == absent);
    CHECK(knows(lists({issuing_ca})).severity(id) == absent);
    CHECK(knows(lists({issuing_ca}, "nginx").expects({root_ca})).severity(id) == absent);
    CHECK(
        contains(knows(lists({issuing_ca}).expects({root_ca})).text(id), "the Trusted Root store of this IIS likely"));
    CHECK(
        contains(knows(lists({issuing_ca}, "").expects({root_ca})).text(id), "if this is IIS, its Trusted Root store"));
    CHECK(
        contains(knows(lists({issuing_ca}).expects({root_ca})).text(id), "Where-Object { $_.Issuer -ne $_.Subject }"));
}

TEST_CASE("root-store-polluted: a list of issuing CAs alone is what a store should look like")
{
    const std::vector<x509::Certificate> known{certificate("intermediate"), certificate("root")};
    const auto mallory = refused("mallory", {issuing_ca}).issuer_certificates(known);
    iis::Binding binding;
    binding.kind = iis::BindingKind::hostname_port;
    binding.host = "server.test";
    binding.port = 8443;
    binding.certificate_hash = certificate("server").sha1();
    binding.names_ctl_store = true;
    const auto bound = [&](std::optional<std::string> store) {
        binding.ctl_store_name = std::move(store);
        return Run{}
            .saw(Seen{tls13}.asked({issuing_ca}).http(403, iis_header).presented({certificate("server")}))
            .tries("mallory", Seen{tls13}.asked({issuing_ca}).sent().http(403, iis_header))
            .issuer_certificates(known)
            .bound({binding});
    };

    CHECK(Run{mallory}.severity(id) == absent);
    CHECK(Run{mallory}.expects({issuing_ca}).severity(id) == absent);
    CHECK(Run{mallory}.expects({root_ca}).severity(id) == critical);
    CHECK(Run{mallory}
              .expects({root_ca})
              .tries("alice", Seen{tls13}.asked({issuing_ca}).sent().http(200, iis_header))
              .severity(id) == absent); // SChannel trusts somebody
    CHECK(bound("ClientCAs").severity(id) == absent);
    CHECK(bound("ClientCAs").expects({root_ca}).severity(id) == absent);
    CHECK(bound(std::nullopt).severity(id) == critical);
}

TEST_CASE("root-store-polluted: IIS names nobody and refuses what chains well, as a possibility")
{
    CHECK(refused("alice", {}).severity(id) == critical);
    CHECK(contains(refused("alice", {}).text(id), "possibly"));
    CHECK(contains(refused("alice", {}).text(id), "likely its root is not in LocalMachine"));
    CHECK(contains(refused("alice", {}).text(id), "certutil -addstore Root ROOT_CA.cer"));
    CHECK(contains(refused("alice", {}).text("rejected-by-http"), "(may follow from root-store-polluted)"));
    CHECK(refused("alice", {}).expects(verdict::ExpectOutcome::reject).severity(id) == info);

    CHECK(contains(refused("alice", {}, "Microsoft-HTTPAPI/2.0").text(id), "HTTP.sys refuses alice.pem"));
    CHECK(contains(refused("alice", {}, "Microsoft-HTTPAPI/2.0").text(id), "native error code 0x109"));
    CHECK(refused("alice", {}).tries("alice", Seen{tls13}.asked(Names{}).sent().http(200, iis_header)).severity(id) ==
          absent);
    CHECK(refused("expired", {}).severity(id) == absent);
    CHECK(refused("mallory", {}).severity(id) == absent); // nothing above it is known
    CHECK(refused("alice", {issuing_ca}).severity(id) == absent);
    CHECK(refused("alice", {}, "").severity(id) == absent);
    CHECK(lists({}).tries("alice", Seen{tls13}.asked(Names{}).sent().http(200, iis_header)).severity(id) == absent);
}

TEST_CASE("a certificate of the same CA that is let in leaves revocation, not trust")
{
    const auto one_in = [](Run run) {
        return run.tries("alice", Seen{tls13}.asked(Names{}).sent().http(200, iis_header));
    };
    auto twin = credential("alice");
    twin.label = "twin.pem"; // the same CA
    const auto both = one_in(lists({})).tries(twin, Seen{tls13}.asked(Names{}).sent().http(403, iis_header));

    CHECK(both.severity(id) == absent);
    CHECK(both.severity("untrusted-by-server") == absent);
    CHECK(both.severity("revoked-or-revocation-offline") == critical);
    CHECK(
        contains(both.text("revoked-or-revocation-offline"), "its CA is known to the server, which lets in alice.pem"));
}

TEST_CASE("root-store-polluted: what chains to an expected CA chains well, though nothing above it is known")
{
    CHECK(refused("mallory", {}).expects({dn("CN=Other Root CA,O=Other")}).severity(id) == critical);
    CHECK(refused("mallory", {}).expects({issuing_ca}).severity(id) == absent);
}
