#include <doctest/doctest.h>

#include <algorithm>

#include "harness/scenario/scenario.hpp"

using namespace mtls;
using namespace mtls::scenario;

namespace {

constexpr auto strict_text = R"(
summary = "refuses in TLS"
personality = "strict"

[[pki.client]]
name = "bob"
subject = "CN=Bob"
issuer = "intermediate"

[[pki.authority]]
name = "public-root-1"
subject = "CN=Replaced"

[[listener]]
name = "front"
address = "127.0.0.2"
tls = ["1.3", "1.0"]
client_certificate = "optional"
trust = ["root", "public-root-1"]
intermediates = ["intermediate"]
verify_depth = 1
alert = "certificate_revoked"
refusal = "reset"
filler = 3
certificate_types = ["rsa_sign", "ecdsa_sign"]
signature_algorithms = ["ed25519", "rsa_pss_rsae_sha256"]

[[listener]]
trust = ["root"]
advertise = []
http = false
back_end_of = "front"

[try]
listener = "front"
candidates = ["bob", "alice"]
expect_issuers = ["root"]
issuer_certs = ["intermediate"]
sni = "www.example.test"
path = "/private"
arguments = ["--tls", "1.2"]

[expect]
verdict = "critical"
exit = 2
request = "list"
required = "no"
expected = "match"
without_certificate = "accepted"
list = ["root"]
list_size = 4
findings = ["untrusted-by-server", "rejected-by-alert"]
causes = ["untrusted-by-server"]
no_findings = ["rejected-by-http"]

[expect.candidates]
bob = { result = "rejected", by = "alert", advertised = true }
alice = { result = "undetermined", by = "null" }
)";

constexpr auto iis_text = R"(
summary = "IIS"
personality = "iis"

[[pki.server]]
name = "www"
issuer = "intermediate"
names = ["www.example.test"]

[iis]
windows = "2025"
registry = { SendTrustedIssuerList = 1, ClientAuthTrustMode = 2 }
crls = ["intermediate"]
issuer_list_limit = 12288
late_tls13 = "post_handshake"
upload_read_ahead_size = 100
detailed_errors = true

[iis.stores]
Root = ["root"]
"My CTL" = ["intermediate", "alice"]

[iis.filler]
Root = 40

[iis.access]
"/" = "none"
"/private" = "require"

[[iis.binding]]
hostnameport = "www.example.test"
certificate = "www"
ctl_store_name = "My CTL"
negotiate = false
verify_revocation = false
usage_check = false
disable_tls13 = true

[[iis.binding]]
ipport = "0.0.0.0"

[[iis.binding]]
central_store = true
)";

} // namespace

TEST_CASE("every key of a strict scenario reaches its place")
{
    const Scenario scenario = parse_scenario(strict_text, "dir/some-name.toml");

    CHECK(scenario.name == "some-name");
    CHECK(scenario.summary == "refuses in TLS");
    CHECK(scenario.personality == Personality::strict);
    CHECK_FALSE(scenario.iis.has_value());
    REQUIRE(scenario.listeners.size() == 2);
    const Listener& front = scenario.listeners.front();
    CHECK(front.name == "front");
    CHECK(front.address == "127.0.0.2");
    CHECK(front.tls == std::vector{TlsVersion::tls10, TlsVersion::tls13});
    CHECK(front.client_certificate == Demand::optional);
    CHECK(front.ask == Moment::handshake);
    CHECK(front.trust == std::vector<std::string>{"root", "public-root-1"});
    CHECK(front.advertise == front.trust);
    CHECK(front.intermediates == std::vector<std::string>{"intermediate"});
    CHECK(front.verify_depth == 1);
    CHECK(front.alert == "certificate_revoked");
    CHECK(front.refusal == Refusal::reset);
    CHECK(front.filler == 3);
    CHECK(front.certificate_types == std::vector<std::string>{"rsa_sign", "ecdsa_sign"});
    CHECK(front.signature_algorithms == std::vector<std::string>{"ed25519", "rsa_pss_rsae_sha256"});
    CHECK(front.back_end_of == std::nullopt);
    CHECK(front.http);
    const Listener& second = scenario.listeners.back();
    CHECK(second.name == "main");
    CHECK(second.tls == std::vector{TlsVersion::tls12, TlsVersion::tls13});
    CHECK(second.client_certificate == Demand::required);
    CHECK(second.advertise.empty());
    CHECK_FALSE(second.http);
    CHECK(second.back_end_of == "front");
}

TEST_CASE("what to try and what to expect is read")
{
    const Scenario scenario = parse_scenario(strict_text, "s.toml");

    CHECK(scenario.attempt.listener == "front");
    CHECK(scenario.attempt.candidates == std::vector<std::string>{"bob", "alice"});
    CHECK(scenario.attempt.expect_issuers == std::vector<std::string>{"root"});
    CHECK(scenario.attempt.issuer_certs == std::vector<std::string>{"intermediate"});
    CHECK(scenario.attempt.sni == "www.example.test");
    CHECK(scenario.attempt.path == "/private");
    CHECK(scenario.attempt.arguments == std::vector<std::string>{"--tls", "1.2"});
    const Expect& expect = scenario.expect;
    CHECK(expect.verdict == "critical");
    CHECK(expect.exit == 2);
    CHECK(expect.request == "list");
    CHECK(expect.required == "no");
    CHECK(expect.expected == "match");
    CHECK(expect.without_certificate == "accepted");
    CHECK(expect.list == std::vector<std::string>{"root"});
    CHECK(expect.list_size == 4);
    CHECK(expect.findings == std::vector<std::string>{"untrusted-by-server", "rejected-by-alert"});
    CHECK(expect.causes == std::vector<std::string>{"untrusted-by-server"});
    CHECK(expect.no_findings == std::vector<std::string>{"rejected-by-http"});
    REQUIRE(expect.candidates.size() == 2);
    const auto bob = std::ranges::find(expect.candidates, "bob", &ExpectCandidate::name);
    CHECK(bob->result == "rejected");
    CHECK(bob->by == "alert");
    CHECK(bob->advertised == true);
    const auto alice = std::ranges::find(expect.candidates, "alice", &ExpectCandidate::name);
    CHECK(alice->by == "");
    CHECK(alice->advertised == std::nullopt);
}

TEST_CASE("additions to the hierarchy join the standard recipe and may replace parts of it")
{
    const Scenario scenario = parse_scenario(strict_text, "s.toml");
    const auto& entries = scenario.recipe.entries;

    CHECK_FALSE(scenario.standard_recipe);
    const auto bob = std::ranges::find(entries, "bob", &pki::Entry::name);
    REQUIRE(bob != entries.end());
    CHECK(bob->role == pki::Role::client);
    CHECK(bob->issuer == "intermediate");
    CHECK(std::ranges::find(entries, "public-root-1", &pki::Entry::name)->subject == "CN=Replaced");
    CHECK(std::ranges::count(entries, std::string{"root"}, &pki::Entry::name) == 1);
}

TEST_CASE("every key of an iis scenario reaches its place")
{
    const Scenario scenario = parse_scenario(iis_text, "s.toml");

    REQUIRE(scenario.iis.has_value());
    const Iis& iis = *scenario.iis;
    CHECK(iis.windows == "2025");
    CHECK(iis.send_trusted_issuer_list == true);
    CHECK(iis.client_auth_trust_mode == 2);
    CHECK(iis.stores.at("Root") == std::vector<std::string>{"root"});
    CHECK(iis.stores.at("My CTL") == std::vector<std::string>{"intermediate", "alice"});
    CHECK(iis.filler == std::map<std::string, std::size_t>{{"Root", 40}});
    CHECK(iis.crls == std::vector<std::string>{"intermediate"});
    CHECK_FALSE(iis.revocation_offline);
    CHECK(iis.issuer_list_limit == 12288);
    CHECK(iis.late_tls13 == LateTls13::post_handshake);
    CHECK(iis.upload_read_ahead_size == 100);
    CHECK(iis.detailed_errors);
    CHECK_FALSE(iis.self_hosted);
    CHECK(iis.access.size() == 2);
    REQUIRE(iis.bindings.size() == 3);
    const IisBinding& named = iis.bindings[0];
    CHECK(named.kind == BindingKind::hostname_port);
    CHECK(named.host == "www.example.test");
    CHECK(named.certificate == "www");
    CHECK(named.ctl_store_name == "My CTL");
    CHECK_FALSE(named.negotiate);
    CHECK_FALSE(named.verify_revocation);
    CHECK_FALSE(named.usage_check);
    CHECK(named.disable_tls13);
    CHECK(iis.bindings[1].kind == BindingKind::ip_port);
    CHECK(iis.bindings[1].host == "0.0.0.0");
    CHECK(iis.bindings[1].negotiate);
    CHECK(iis.bindings[2].kind == BindingKind::central_store);
    CHECK(scenario.listeners.size() == 1);
    CHECK(scenario.attempt.listener == "main");
}

TEST_CASE("a registry that says nothing leaves the version's defaults")
{
    const Scenario scenario = parse_scenario("summary = 'x'\npersonality = 'iis'\n[iis]\nrevocation_offline = true\n"
                                             "[[iis.binding]]\nipport = '0.0.0.0'\n",
                                             "s.toml");

    CHECK(scenario.iis->send_trusted_issuer_list == std::nullopt);
    CHECK(scenario.iis->client_auth_trust_mode == 0);
    CHECK(scenario.iis->late_tls13 == std::nullopt);
    CHECK(scenario.iis->revocation_offline);
    CHECK(scenario.standard_recipe);
    CHECK(scenario.listeners.front().tls.empty());
}

TEST_CASE("apache asks late unless told otherwise")
{
    const Scenario scenario =
        parse_scenario("summary = 'x'\npersonality = 'apache'\n[[listener]]\ntrust = ['root']\n", "s.toml");

    CHECK(scenario.listeners.front().ask == Moment::late);
}
