#include "probe/clients/signing.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace mtls::clients {

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

/// The one scheme of an ECDSA key in TLS 1.3; null for curves that have none.
std::optional<SignatureScheme> scheme_of_curve(const x509::Certificate& certificate)
{
    const std::string key = certificate.key_text();
    const auto found = std::find_if(curve_schemes.begin(), curve_schemes.end(),
                                    [&](const CurveScheme& each) { return each.key == key; });
    return found == curve_schemes.end() ? std::nullopt : std::optional{found->scheme};
}

} // namespace

std::optional<bool> can_sign_with(const x509::Certificate& certificate, SignatureScheme scheme, SigningRules rules)
{
    switch (certificate.key_type()) {
    case x509::KeyType::rsa:
        return is_pss_rsae(scheme) || (rules == SigningRules::tls12 && is_pkcs1(scheme));
    case x509::KeyType::rsa_pss:
        return is_pss_pss(scheme);
    case x509::KeyType::ec:
        if (rules == SigningRules::tls12) {
            return is_ecdsa(scheme);
        }
        if (certificate.key_text() == "EC ") { // explicit parameters, or a curve that the TLS library does not know
            return std::nullopt;
        }
        return scheme_of_curve(certificate) == scheme;
    case x509::KeyType::ed25519:
        return scheme == SignatureScheme::ed25519;
    case x509::KeyType::ed448:
        return scheme == SignatureScheme::ed448;
    case x509::KeyType::dsa:
        return rules == SigningRules::tls12 && is_dsa(scheme);
    case x509::KeyType::other:
        break;
    }
    return std::nullopt;
}

std::optional<bool> can_sign_with_any(const x509::Certificate& certificate, const std::vector<SignatureScheme>& offered,
                                      SigningRules rules)
{
    if (!can_sign_with(certificate, SignatureScheme{}, rules)) {
        return std::nullopt;
    }
    return std::any_of(offered.begin(), offered.end(),
                       [&](SignatureScheme each) { return can_sign_with(certificate, each, rules) == true; });
}

std::optional<wire::ClientCertificateType> certificate_type_of(x509::KeyType key)
{
    using wire::ClientCertificateType;
    switch (key) {
    case x509::KeyType::rsa:
    case x509::KeyType::rsa_pss:
        return ClientCertificateType::rsa_sign;
    case x509::KeyType::ec:
    case x509::KeyType::ed25519:
    case x509::KeyType::ed448:
        return ClientCertificateType::ecdsa_sign;
    case x509::KeyType::dsa:
        return ClientCertificateType::dss_sign;
    case x509::KeyType::other:
        break;
    }
    return std::nullopt;
}

} // namespace mtls::clients
