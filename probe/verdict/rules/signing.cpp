#include "probe/verdict/rules/signing.hpp"

#include <algorithm>

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

/// The one scheme of an ECDSA key in TLS 1.3; null for curves that have none or are not known here.
std::optional<SignatureScheme> scheme_of_curve(const x509::Certificate& certificate)
{
    const std::string key = certificate.key_text();
    if (key == "EC P-256") {
        return SignatureScheme::ecdsa_secp256r1_sha256;
    }
    if (key == "EC P-384") {
        return SignatureScheme::ecdsa_secp384r1_sha384;
    }
    if (key == "EC P-521") {
        return SignatureScheme::ecdsa_secp521r1_sha512;
    }
    return std::nullopt;
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
        if (rules == SigningRules::tls12) {
            return any(is_ecdsa);
        }
        if (const auto scheme = scheme_of_curve(certificate)) {
            return offers(*scheme);
        }
        return std::nullopt;
    case x509::KeyType::ed25519:
        return offers(SignatureScheme::ed25519);
    case x509::KeyType::ed448:
        return offers(SignatureScheme::ed448);
    case x509::KeyType::dsa:
    case x509::KeyType::other:
        break;
    }
    return std::nullopt;
}

} // namespace mtls::verdict::rules
