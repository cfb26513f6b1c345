#include <doctest/doctest.h>

#include "stand.hpp"

using stand::issued;
using stand::Stand;

namespace {

std::string listener(const std::string& personality, const std::string& more)
{
    return "personality = '" + personality + "'\n[[listener]]\ntrust = ['root']\nintermediates = ['intermediate']\n" +
           more;
}

} // namespace

TEST_CASE("strict refuses in TLS with the alert that the fault deserves")
{
    Stand stand{listener("strict", "")};

    struct Row {
        const char* who;
        int alert;
    };

    for (const Row& row : {Row{"mallory", SSL_AD_UNKNOWN_CA},
                           {"expired", SSL_AD_CERTIFICATE_EXPIRED},
                           {"server-usage", SSL_AD_UNSUPPORTED_CERTIFICATE}}) {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            CAPTURE(row.who);
            CAPTURE(version);
            const auto answer = stand.ask({.version = version, .present = issued(row.who)});

            CHECK(answer.alert == row.alert);
            CHECK(answer.handshake_completed == (version == TLS1_3_VERSION));
            CHECK(answer.response.empty());
        }
    }
    CHECK(stand.ears().connection(1).decision == "alert unknown_ca");
    CHECK(stand.ask({.present = issued("alice")}).status() == 200);
}

TEST_CASE("strict misses a certificate with the alert of the version")
{
    Stand stand{listener("strict", "")};

    CHECK(stand.ask({.version = TLS1_2_VERSION}).alert == SSL_AD_HANDSHAKE_FAILURE);
    CHECK(stand.ask({.version = TLS1_3_VERSION}).alert == SSL_AD_CERTIFICATE_REQUIRED);
}

TEST_CASE("a configured alert meets good and bad certificates alike")
{
    struct Row {
        const char* name;
        int alert;
    };

    for (const Row& row : {Row{"handshake_failure", 40},
                           {"bad_certificate", 42},
                           {"unsupported_certificate", 43},
                           {"certificate_revoked", 44},
                           {"certificate_expired", 45},
                           {"certificate_unknown", 46},
                           {"unknown_ca", 48},
                           {"internal_error", 80}}) {
        CAPTURE(row.name);
        Stand stand{listener("strict", std::string{"alert = '"} + row.name + "'\n")};

        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            CHECK(stand.ask({.version = version, .present = issued("alice")}).alert == row.alert);
        }
    }
}

TEST_CASE("a refusal may be a close or a reset instead of an alert")
{
    Stand closing{listener("strict", "refusal = 'close'\n")};
    Stand resetting{listener("strict", "refusal = 'reset'\n")};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto closed = closing.ask({.version = version, .present = issued("mallory")});
        CHECK_FALSE(closed.alert.has_value());
        CHECK_FALSE(closed.close_notify);
        CHECK_FALSE(closed.reset);

        const auto reset = resetting.ask({.version = version, .present = issued("mallory")});
        CHECK_FALSE(reset.alert.has_value());
        CHECK(reset.reset);
    }
    CHECK(closing.ears().connection(1).decision == "close");
    CHECK(closing.ears().connection(1).rule == "unable to get local issuer certificate");
    CHECK(resetting.ears().connection(1).decision == "reset");
}

TEST_CASE("a chain deeper than the verify depth is refused")
{
    Stand stand{listener("strict", "verify_depth = 0\n")};

    CHECK(stand.ask({.present = issued("alice")}).alert == SSL_AD_UNKNOWN_CA);
}

TEST_CASE("nginx completes the handshake and answers 400")
{
    Stand required{listener("nginx", "")};
    Stand optional{listener("nginx", "client_certificate = 'optional'\n")};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto missing = required.ask({.version = version});
        CHECK(missing.status() == 400);
        CHECK(missing.response.find("No required SSL certificate was sent") != std::string::npos);
        CHECK(missing.close_notify);
        const auto bad = required.ask({.version = version, .present = issued("mallory")});
        CHECK(bad.status() == 400);
        CHECK(bad.response.find("The SSL certificate error") != std::string::npos);
        CHECK(required.ask({.version = version, .present = issued("alice")}).status() == 200);

        CHECK(optional.ask({.version = version}).status() == 200);
        CHECK(optional.ask({.version = version, .present = issued("mallory")}).status() == 400);
    }
}

TEST_CASE("access_denied, which OpenSSL never sends by itself, goes out in TLS 1.2 and before")
{
    Stand stand{listener("strict", "tls = ['1.1', '1.2']\nalert = 'access_denied'\n")};

    for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION}) {
        CAPTURE(version);
        const auto answer = stand.ask({.version = version, .present = issued("alice")});

        CHECK(answer.alert == SSL_AD_ACCESS_DENIED);
        CHECK_FALSE(answer.handshake_completed);
    }
    CHECK(stand.ears().connection(2).decision == "alert access_denied");
    CHECK(stand.ask({}).alert == SSL_AD_HANDSHAKE_FAILURE); // nobody was there to be denied
}

TEST_CASE("a request that excludes a key lets only the others in")
{
    const std::string narrow =
        "signature_algorithms = ['ecdsa_secp256r1_sha256']\ncertificate_types = ['ecdsa_sign']\n";
    Stand stand{listener("strict", narrow)};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        CHECK(stand.ask({.version = version, .present = issued("alice-ec")}).status() == 200);
        CHECK(stand.ask({.version = version, .present = issued("alice")}).alert.has_value());
    }
    CHECK(stand.ears().connection(4).presented.empty());
}

TEST_CASE("every signature algorithm that a scenario may name can be asked for")
{
    const std::string all = "signature_algorithms = ['rsa_pkcs1_sha1', 'rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', "
                            "'rsa_pkcs1_sha512', 'rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512', "
                            "'rsa_pss_pss_sha256', 'rsa_pss_pss_sha384', 'ecdsa_sha1', 'ecdsa_secp256r1_sha256', "
                            "'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ed25519', 'ed448']\n";
    Stand stand{listener("strict", all)};

    CHECK(stand.ask({.present = issued("alice")}).status() == 200);
}

TEST_CASE("a request for ECDSA with SHA-1 alone is answered with it")
{
    Stand stand{listener("strict", "signature_algorithms = ['ecdsa_sha1']\n")};

    CHECK(stand.ask({.version = TLS1_2_VERSION, .present = issued("alice-ec")}).status() == 200);
    CHECK(stand.ask({.version = TLS1_2_VERSION, .present = issued("alice")}).alert == SSL_AD_HANDSHAKE_FAILURE);
}
