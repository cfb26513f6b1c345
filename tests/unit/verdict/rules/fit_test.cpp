#include <doctest/doctest.h>

#include "probe/clients/signing.hpp"
#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using verdict::ExpectOutcome;
using wire::SignatureScheme;

TEST_CASE("issuer-not-advertised is a warning until the candidate is refused or had to be accepted")
{
    const char* id = "issuer-not-advertised";
    const auto asked = [] { return Seen{tls13}.asked({dn("CN=Somebody,O=Else")}); };
    const auto run = [&](int status) {
        return Run{}.saw(asked().http(403)).tries("alice", asked().sent().http(status));
    };

    CHECK(run(200).severity(id) == warning);
    CHECK(run(500).severity(id) == warning);
    CHECK(run(403).severity(id) == critical);
    CHECK(run(200).expects(ExpectOutcome::accept).severity(id) == critical);
    CHECK(run(403).expects(ExpectOutcome::reject).severity(id) == info);
    CHECK(run(200).expects(ExpectOutcome::reject).severity(id) == warning);

    const auto named = Seen{tls13}.asked({root_ca});
    CHECK(Run{}.saw(named).issuer_certificates({certificate("intermediate")}).holds(credential("alice")).severity(id) ==
          absent);
    CHECK(Run{}.saw(Seen{tls13}.asked(Names{})).holds(credential("alice")).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).holds(credential("alice")).severity(id) == absent);
}

TEST_CASE("issuer-not-advertised says when only the leaf's issuer could be looked for")
{
    auto leaf_only = credential("alice");
    leaf_only.chain.clear();
    const auto text = Run{}.saw(Seen{tls13}.asked({root_ca})).holds(leaf_only).text("issuer-not-advertised");

    CHECK(contains(text, "the file holds no chain"));
    CHECK(contains(text, "alice.pem: issued by CN=Example Issuing CA,O=Example; not in the list"));
}

TEST_CASE("intermediate-missing needs a CA that is known here, not sent, and not known to be at the server")
{
    const char* id = "intermediate-missing";
    auto leaf_only = credential("alice");
    leaf_only.chain.clear();
    const auto run = [&](const x509::Name& listed, int status, const x509::Credential& held) {
        const auto asked = Seen{tls13}.asked({listed});
        return Run{}
            .saw(Seen{asked}.http(403))
            .tries(held, Seen{asked}.sent().http(status))
            .issuer_certificates({certificate("intermediate"), certificate("root")});
    };

    CHECK(run(root_ca, 403, leaf_only).severity(id) == warning);
    CHECK(run(root_ca, 403, leaf_only).expects(ExpectOutcome::reject).severity(id) == info);
    CHECK(run(root_ca, 200, leaf_only).severity(id) == absent);
    CHECK(run(issuing_ca, 403, leaf_only).severity(id) == absent);
    CHECK(run(root_ca, 403, credential("alice")).severity(id) == absent);
}

TEST_CASE("the chain of one candidate tells what another lacks, and not what its client could send")
{
    auto leaf_only = credential("alice");
    leaf_only.chain.clear();
    leaf_only.label = "bare.pem";
    const auto asked = Seen{tls13}.asked({root_ca});
    const auto run = Run{}
                         .saw(Seen{asked}.http(403))
                         .tries(leaf_only, Seen{asked}.sent().http(403))
                         .tries(credential("alice"), Seen{asked}.sent().http(200));

    CHECK(run.severity("intermediate-missing") == warning);
    CHECK(contains(run.text("intermediate-missing"), "bare.pem"));
    CHECK_FALSE(contains(run.text("intermediate-missing"), "alice.pem"));
    const auto established = run.facts();
    CHECK(established.candidates[0].above.size() == established.candidates[1].above.size());
    CHECK(established.candidates[0].above_at_its_owner.empty());
}

TEST_CASE("which keys can sign with what a server takes")
{
    using clients::SigningRules;
    const auto s12 = SigningRules::tls12;
    const auto s13 = SigningRules::tls13;

    struct Row {
        const char* who;
        SignatureScheme scheme;
        SigningRules rules;
        bool can;
    };

    const Row rows[] = {
        {"rsa", SignatureScheme::rsa_pkcs1_sha256, s12, true},
        {"rsa", SignatureScheme::rsa_pkcs1_sha1, s12, true},
        {"rsa", SignatureScheme::rsa_pkcs1_sha256, s13, false},
        {"rsa", SignatureScheme::rsa_pss_rsae_sha256, s13, true},
        {"rsa", SignatureScheme::rsa_pss_rsae_sha512, s12, true},
        {"rsa", SignatureScheme::rsa_pss_pss_sha256, s13, false},
        {"rsa", SignatureScheme::ecdsa_secp256r1_sha256, s12, false},
        {"alice", SignatureScheme::ecdsa_secp256r1_sha256, s13, true},
        {"alice", SignatureScheme::ecdsa_secp384r1_sha384, s13, false},
        {"alice", SignatureScheme::ecdsa_secp384r1_sha384, s12, true},
        {"alice", SignatureScheme::rsa_pkcs1_sha256, s12, false},
        {"ec-p384", SignatureScheme::ecdsa_secp384r1_sha384, s13, true},
        {"ec-p384", SignatureScheme::ecdsa_secp256r1_sha256, s13, false},
        {"ed25519", SignatureScheme::ed25519, s13, true},
        {"ed25519", SignatureScheme::ed448, s13, false},
        {"ed25519", SignatureScheme::ecdsa_secp256r1_sha256, s12, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.who);
        CAPTURE(wire::name(row.scheme));
        CHECK(clients::can_sign_with_any(certificate(row.who), {row.scheme}, row.rules) == row.can);
    }
    CHECK(clients::can_sign_with_any(certificate("alice"), {}, s13) == false);
}

TEST_CASE("keys of old and odd kinds have few schemes or none in TLS 1.3")
{
    using clients::can_sign_with_any;
    using clients::SigningRules;
    const auto odd = x509::load_certificates(TESTS_DATA "/x509/odd_keys.pem");
    REQUIRE(odd.size() == 7);
    const auto can = [&](std::size_t which, SignatureScheme scheme, SigningRules rules) {
        return can_sign_with_any(odd[which], {SignatureScheme::rsa_pkcs1_sha1, scheme}, rules);
    };
    const std::size_t dsa = 0;
    const std::size_t koblitz = 1;
    const std::size_t brainpool = 2;

    CHECK(can(dsa, SignatureScheme::dsa_sha256, SigningRules::tls12) == true);
    CHECK(can(dsa, SignatureScheme::dsa_sha256, SigningRules::tls13) == false);
    CHECK(can(dsa, SignatureScheme::rsa_pss_rsae_sha256, SigningRules::tls12) == false);
    CHECK(can(koblitz, SignatureScheme::ecdsa_secp256r1_sha256, SigningRules::tls12) == true);
    CHECK(can(koblitz, SignatureScheme::ecdsa_secp256r1_sha256, SigningRules::tls13) == false);
    CHECK(can(brainpool, SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256, SigningRules::tls13) == true);
    CHECK(can(brainpool, SignatureScheme::ecdsa_secp256r1_sha256, SigningRules::tls13) == false);
}

TEST_CASE("signature-algorithm-not-offered")
{
    const char* id = "signature-algorithm-not-offered";
    const auto request = [](std::vector<std::uint8_t> schemes) {
        return Seen{tls13}.asked(observation::read_request(observation::Stage::handshake, std::nullopt, tls13,
                                                           body13({issuing_ca}, schemes)));
    };
    const auto run = [&](const char* name, std::vector<std::uint8_t> schemes) {
        return Run{}.saw(request(std::move(schemes)).http(403)).holds(credential(name));
    };

    CHECK(run("ed25519", {4, 3, 8, 4}).severity(id) == warning);
    CHECK(run("ed25519", {8, 7}).severity(id) == absent);
    CHECK(run("alice", {8, 4}).severity(id) == warning);
    CHECK(run("alice", {4, 3}).severity(id) == absent);
    CHECK(contains(run("ed25519", {4, 3}).text(id), "the server takes ecdsa_secp256r1_sha256"));

    constexpr const char* everyday = "ClientSignatureAlgorithms RSA-PSS+SHA256:ECDSA+SHA256:RSA+SHA256";
    CHECK(contains(run("alice", {8, 4}).text(id), std::string{everyday} + ";"));
    CHECK(contains(run("rsa", {4, 3}).text(id), std::string{everyday} + ";"));
    CHECK(contains(run("ec-p384", {4, 3}).text(id), std::string{everyday} + ":ECDSA+SHA384;"));
    CHECK(contains(run("ed25519", {4, 3}).text(id), std::string{everyday} + ":ed25519;"));
    CHECK(contains(run("ed25519", {4, 3}).text(id), "SSLOpenSSLConfCmd " + std::string{everyday} + ":ed25519\n"));
    CHECK(contains(run("ed25519", {4, 3}).text(id), "what the key needs (ed25519)"));
    auto pss = credential("alice");
    pss.leaf = x509::load_certificates(TESTS_DATA "/x509/odd_keys.pem").at(3);
    CHECK(contains(Run{}.saw(request({4, 3}).http(403)).holds(pss).text(id), ":rsa_pss_pss_sha256;"));
    auto ed448 = credential("alice");
    ed448.leaf = x509::load_certificates(TESTS_DATA "/x509/odd_keys.pem").at(4);
    CHECK(contains(Run{}.saw(request({4, 3}).http(403)).holds(ed448).text(id), std::string{everyday} + ":ed448;"));
}

TEST_CASE("a key that only TLS 1.3 cannot use is told that TLS 1.2 takes it")
{
    const char* id = "signature-algorithm-not-offered";
    const auto request = Seen{tls13}.asked(
        observation::read_request(observation::Stage::handshake, std::nullopt, tls13, body13({issuing_ca}, {4, 1})));
    const auto older = Seen{tls12}.asked({issuing_ca}); // takes rsa_pkcs1_sha256

    const auto both = Run{}.saw(request).saw(older).holds(credential("rsa"));
    CHECK(contains(both.text(id),
                   "rsa.pem: observation 1 (127.0.0.1:8443, SNI server.test, TLS 1.2) takes what its key "
                   "can sign with"));
    CHECK_FALSE(contains(Run{}.saw(request).holds(credential("rsa")).text(id), "takes what its key"));
}

TEST_CASE("signature-algorithm-not-offered is not read out of a broken message")
{
    // A body of TLS 1.1 in TLS 1.2: what stands where the algorithms should be is a list of names.
    const auto seen = Seen{tls12}.asked(
        observation::read_request(observation::Stage::handshake, std::nullopt, tls12, {1, 1, 0, 4, 0, 2, 0x30, 0}));

    CHECK(Run{}.saw(seen).holds(credential("alice")).severity("signature-algorithm-not-offered") == absent);
}
