#include "probe/verdict/rules/signing.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace mtls::verdict::rules {

namespace {

using wire::SignatureScheme;

/// RFC 5246 §7.4.1.4.1: the low byte is the SignatureAlgorithm.
constexpr unsigned tls12_algorithm(SignatureScheme scheme)
{
    return static_cast<unsigned>(scheme) & 0xffU;
}

bool is_pkcs1(SignatureScheme scheme)
{
    return tls12_algorithm(scheme) == 1 && static_cast<unsigned>(scheme) < 0x0700;
}

bool is_ecdsa(SignatureScheme scheme)
{
    return tls12_algorithm(scheme) == 3 && static_cast<unsigned>(scheme) < 0x0700;
}

bool is_pss_rsae(SignatureScheme scheme)
{
    return scheme == SignatureScheme::rsa_pss_rsae_sha256 || scheme == SignatureScheme::rsa_pss_rsae_sha384 ||
           scheme == SignatureScheme::rsa_pss_rsae_sha512;
}

bool is_pss_pss(SignatureScheme scheme)
{
    return scheme == SignatureScheme::rsa_pss_pss_sha256 || scheme == SignatureScheme::rsa_pss_pss_sha384 ||
           scheme == SignatureScheme::rsa_pss_pss_sha512;
}

bool is_dsa(SignatureScheme scheme)
{
    return tls12_algorithm(scheme) == 2 && static_cast<unsigned>(scheme) < 0x0700;
}

struct CurveScheme {
    std::string_view key;
    SignatureScheme scheme;
};

/// RFC 8446 §4.2.3 and RFC 8734 §3: in TLS 1.3 a curve has one scheme, and every other curve none.
constexpr std::array curve_schemes{
    CurveScheme{"EC P-256", SignatureScheme::ecdsa_secp256r1_sha256},
    CurveScheme{"EC P-384", SignatureScheme::ecdsa_secp384r1_sha384},
    CurveScheme{"EC P-521", SignatureScheme::ecdsa_secp521r1_sha512},
    CurveScheme{"EC brainpoolP256r1", SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256},
    CurveScheme{"EC brainpoolP384r1", SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384},
    CurveScheme{"EC brainpoolP512r1", SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512},
};

/// Null for a key whose curve has no name (explicit parameters, or one that the TLS library does not know).
std::optional<bool> curve_is_offered(const x509::Certificate& certificate, const std::vector<SignatureScheme>& offered)
{
    const std::string key = certificate.key_text();
    if (key == "EC ") {
        return std::nullopt;
    }
    return std::any_of(curve_schemes.begin(), curve_schemes.end(), [&](const CurveScheme& each) {
        return each.key == key && std::find(offered.begin(), offered.end(), each.scheme) != offered.end();
    });
}

} // namespace

std::optional<bool> can_sign_with_any(const x509::Certificate& certificate, const std::vector<SignatureScheme>& offered,
                                      SigningRules rules)
{
    const auto any = [&](auto usable) { return std::any_of(offered.begin(), offered.end(), usable); };
    const auto offers = [&](SignatureScheme scheme) {
        return any([scheme](SignatureScheme each) { return each == scheme; });
    };
    switch (certificate.key_type()) {
    case x509::KeyType::rsa:
        return any([rules](SignatureScheme each) {
            return is_pss_rsae(each) || (rules == SigningRules::tls12 && is_pkcs1(each));
        });
    case x509::KeyType::rsa_pss:
        return any(is_pss_pss);
    case x509::KeyType::ec:
        return rules == SigningRules::tls12 ? any(is_ecdsa) : curve_is_offered(certificate, offered);
    case x509::KeyType::ed25519:
        return offers(SignatureScheme::ed25519);
    case x509::KeyType::ed448:
        return offers(SignatureScheme::ed448);
    case x509::KeyType::dsa:
        return rules == SigningRules::tls12 && any(is_dsa);
    case x509::KeyType::other:
        break;
    }
    return std::nullopt;
}

} // namespace mtls::verdict::rules
