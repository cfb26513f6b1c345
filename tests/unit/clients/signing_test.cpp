#include "probe/clients/signing.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "certs/pki/hierarchy.hpp"
#include "certs/x509/credential.hpp"

/// RFC 8446 §4.2.3 and RFC 5246 §7.4.1.4.1, as a table: which key signs with which scheme.
namespace {

using namespace mtls;
using namespace mtls::clients;
using enum wire::SignatureScheme;
using wire::ClientCertificateType;

constexpr x509::Time now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

const x509::Certificate& certificate(const std::string& name)
{
    static const pki::Hierarchy made{pki::parse_recipe(R"(
[[authority]]
name = "rsa-root"
key = "rsa-2048"
[[authority]]
name = "ec-root"
[[authority]]
name = "ed-root"
key = "ed25519"
[[client]]
name = "rsa"
issuer = "rsa-root"
key = "rsa-2048"
[[client]]
name = "rsa-sha384"
issuer = "rsa-root"
digest = "sha384"
[[client]]
name = "p256"
issuer = "ec-root"
[[client]]
name = "p384"
issuer = "ec-root"
key = "ec-p384"
digest = "sha1"
[[client]]
name = "ed25519"
issuer = "ed-root"
key = "ed25519"
)",
                                                       "signing.toml"),
                                     now};
    return made.at(name).certificate;
}

/// Keys of kinds that no recipe makes: tests/data/x509/make_odd_keys.sh.
const std::vector<x509::Certificate>& odd()
{
    static const auto all = x509::load_certificates(TESTS_DATA "/x509/odd_keys.pem");
    return all;
}

struct Row {
    std::string who;
    wire::SignatureScheme scheme;
    bool tls12;
    bool tls13;
};

} // namespace

TEST_CASE("a key signs with the schemes of its kind, and TLS 1.3 is stricter")
{
    const std::vector<Row> rows{
        {"rsa", rsa_pkcs1_sha256, true, false},
        {"rsa", rsa_pkcs1_sha1, true, false},
        {"rsa", rsa_pss_rsae_sha256, true, true},
        {"rsa", rsa_pss_pss_sha256, false, false},
        {"rsa", ecdsa_secp256r1_sha256, false, false},
        {"p256", ecdsa_secp256r1_sha256, true, true},
        {"p256", ecdsa_secp384r1_sha384, true, false},
        {"p256", ecdsa_sha1, true, false},
        {"p256", rsa_pss_rsae_sha256, false, false},
        {"p384", ecdsa_secp384r1_sha384, true, true},
        {"p384", ecdsa_secp256r1_sha256, true, false},
        {"ed25519", ed25519, true, true},
        {"ed25519", ed448, false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.who);
        CAPTURE(wire::name(row.scheme));
        CHECK(can_sign_with(certificate(row.who), row.scheme, SigningRules::tls12) == row.tls12);
        CHECK(can_sign_with(certificate(row.who), row.scheme, SigningRules::tls13) == row.tls13);
        CHECK(can_sign_with_any(certificate(row.who), {ed448, row.scheme}, SigningRules::tls13) == row.tls13);
    }
    CHECK(can_sign_with_any(certificate("rsa"), {}, SigningRules::tls12) == false);
}

TEST_CASE("of every key that OpenSSL makes it is said whether it can sign, or that it is not known")
{
    std::vector<x509::KeyType> seen;
    for (const auto& each : odd()) {
        CAPTURE(each.key_text());
        seen.push_back(each.key_type());
        switch (each.key_type()) {
        case x509::KeyType::rsa_pss:
            CHECK(can_sign_with(each, rsa_pss_pss_sha256, SigningRules::tls13) == true);
            CHECK(can_sign_with(each, rsa_pss_rsae_sha256, SigningRules::tls13) == false);
            CHECK(is_signed_with(each, rsa_pss_pss_sha256));
            CHECK_FALSE(is_signed_with(each, rsa_pkcs1_sha256));
            break;
        case x509::KeyType::dsa:
            CHECK(can_sign_with(each, dsa_sha256, SigningRules::tls12) == true);
            CHECK(can_sign_with(each, dsa_sha256, SigningRules::tls13) == false);
            CHECK_FALSE(is_signed_with(each, dsa_sha256));
            break;
        case x509::KeyType::ed448:
            CHECK(can_sign_with(each, ed448, SigningRules::tls13) == true);
            CHECK(is_signed_with(each, ed448));
            break;
        case x509::KeyType::other:
            CHECK_FALSE(can_sign_with(each, ed25519, SigningRules::tls13).has_value());
            CHECK_FALSE(can_sign_with_any(each, {ed25519}, SigningRules::tls13).has_value());
            break;
        default:
            break;
        }
    }
    using enum x509::KeyType;
    CHECK(seen == std::vector{dsa, ec, ec, rsa_pss, ed448, other, ec});
}

TEST_CASE("an EC key whose curve has no name signs in TLS 1.2, and in TLS 1.3 nobody knows")
{
    const x509::Certificate& unnamed = odd().back();

    CHECK(can_sign_with(unnamed, ecdsa_secp256r1_sha256, SigningRules::tls12) == true);
    CHECK_FALSE(can_sign_with(unnamed, ecdsa_secp256r1_sha256, SigningRules::tls13).has_value());
}

TEST_CASE("a repertoire has SHA-1, SHA-224 and EdDSA only if it says so")
{
    const std::vector<wire::SignatureScheme> offered{rsa_pkcs1_sha256, rsa_pkcs1_sha224, ecdsa_sha224,
                                                     ecdsa_sha1,       ed25519,          wire::SignatureScheme::ed448};

    CHECK(known_of(offered, {}) == std::vector{rsa_pkcs1_sha256});
    CHECK(known_of(offered, {.sha224 = true}) == std::vector{rsa_pkcs1_sha256, rsa_pkcs1_sha224, ecdsa_sha224});
    CHECK(known_of(offered, {.sha1 = true}) == std::vector{rsa_pkcs1_sha256, ecdsa_sha1});
    CHECK(known_of(offered, {.ed25519 = true, .ed448 = true}) ==
          std::vector{rsa_pkcs1_sha256, ed25519, wire::SignatureScheme::ed448});
}

TEST_CASE("a certificate type stands for every kind of key that TLS knows")
{
    CHECK(certificate_type_of(x509::KeyType::rsa) == ClientCertificateType::rsa_sign);
    CHECK(certificate_type_of(x509::KeyType::rsa_pss) == ClientCertificateType::rsa_sign);
    CHECK(certificate_type_of(x509::KeyType::ec) == ClientCertificateType::ecdsa_sign);
    CHECK(certificate_type_of(x509::KeyType::ed25519) == ClientCertificateType::ecdsa_sign);
    CHECK(certificate_type_of(x509::KeyType::ed448) == ClientCertificateType::ecdsa_sign);
    CHECK(certificate_type_of(x509::KeyType::dsa) == ClientCertificateType::dss_sign);
    CHECK_FALSE(certificate_type_of(x509::KeyType::other));
}

TEST_CASE("what a certificate is signed with is its issuer's kind of key, and the hash")
{
    CHECK(is_signed_with(certificate("rsa"), rsa_pkcs1_sha256));
    CHECK_FALSE(is_signed_with(certificate("rsa"), rsa_pkcs1_sha384));
    CHECK_FALSE(is_signed_with(certificate("rsa"), rsa_pss_rsae_sha256));
    CHECK(is_signed_with(certificate("rsa-sha384"), rsa_pkcs1_sha384));
    CHECK_FALSE(is_signed_with(certificate("rsa-sha384"), ecdsa_secp384r1_sha384));
    CHECK(is_signed_with(certificate("p256"), ecdsa_secp256r1_sha256));
    CHECK_FALSE(is_signed_with(certificate("p256"), ed25519));
    CHECK(is_signed_with(certificate("p384"), ecdsa_sha1));
    CHECK(is_signed_with(certificate("ed25519"), ed25519));

    x509::Der unknown =
        certificate("p256").der(); // ecdsa-with-SHA256, 1.2.840.10045.4.3.2, becomes 1.2.840.10045.4.3.99
    const std::array<std::uint8_t, 8> ecdsa_with_sha256{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
    for (auto at = unknown.begin(); at != unknown.end();) {
        at = std::search(at, unknown.end(), ecdsa_with_sha256.begin(), ecdsa_with_sha256.end());
        if (at != unknown.end()) {
            at[7] = 99;
        }
    }
    CHECK_FALSE(is_signed_with(x509::Certificate{unknown}, ecdsa_secp256r1_sha256));

    CHECK(is_signed_weakly(certificate("p384")));
    CHECK_FALSE(is_signed_weakly(certificate("p256")));
}
