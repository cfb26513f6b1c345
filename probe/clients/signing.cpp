#include "probe/clients/signing.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>

#include <openssl/x509.h>

#include "certs/ossl/error.hpp"

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

std::vector<SignatureScheme> known_of(const std::vector<SignatureScheme>& offered, Repertoire repertoire)
{
    const auto known = [&](SignatureScheme scheme) {
        switch (scheme) {
        case SignatureScheme::rsa_pkcs1_sha1:
        case SignatureScheme::ecdsa_sha1:
            return repertoire.sha1;
        case SignatureScheme::rsa_pkcs1_sha224:
        case SignatureScheme::ecdsa_sha224:
            return repertoire.sha224;
        case SignatureScheme::ed25519:
            return repertoire.ed25519;
        case SignatureScheme::ed448:
            return repertoire.ed448;
        case SignatureScheme::rsa_pkcs1_sha256:
        case SignatureScheme::rsa_pkcs1_sha384:
        case SignatureScheme::rsa_pkcs1_sha512:
        case SignatureScheme::ecdsa_secp256r1_sha256:
        case SignatureScheme::ecdsa_secp384r1_sha384:
        case SignatureScheme::ecdsa_secp521r1_sha512:
            return true;
        default:
            return is_pss_rsae(scheme) || (repertoire.pss_keys && is_pss_pss(scheme));
        }
    };
    std::vector<SignatureScheme> both;
    std::copy_if(offered.begin(), offered.end(), std::back_inserter(both), known);
    return both;
}

bool is_for_rsa_keys(SignatureScheme scheme)
{
    return is_pkcs1(scheme) || is_pss_rsae(scheme) || is_pss_pss(scheme);
}

bool signs_in_tls13(SignatureScheme scheme)
{
    switch (scheme) {
    case SignatureScheme::ecdsa_secp256r1_sha256:
    case SignatureScheme::ecdsa_secp384r1_sha384:
    case SignatureScheme::ecdsa_secp521r1_sha512:
    case SignatureScheme::ed25519:
    case SignatureScheme::ed448:
        return true;
    default:
        return is_pss_rsae(scheme) || is_pss_pss(scheme);
    }
}

namespace {

struct SignatureKind {
    int hash = NID_undef;
    int key = NID_undef;
};

std::optional<SignatureKind> kind_of(const x509::Certificate& certificate)
{
    const ossl::ErrorMark quiet;
    SignatureKind kind;
    if (X509_get_signature_info(certificate.get(), &kind.hash, &kind.key, nullptr, nullptr) != 1) {
        return std::nullopt;
    }
    return kind;
}

/// RFC 5246 §7.4.1.4.1: the high byte is the HashAlgorithm; of RFC 8446 §4.2.3 only the RSA-PSS codes need a table.
int hash_of(SignatureScheme scheme)
{
    static constexpr std::array by_high_byte{NID_undef,  NID_md5,    NID_sha1,  NID_sha224,
                                             NID_sha256, NID_sha384, NID_sha512};
    if (is_pss_rsae(scheme) || is_pss_pss(scheme)) {
        static constexpr std::array pss{NID_sha256, NID_sha384, NID_sha512};
        const auto first =
            is_pss_rsae(scheme) ? SignatureScheme::rsa_pss_rsae_sha256 : SignatureScheme::rsa_pss_pss_sha256;
        return pss.at(static_cast<std::size_t>(scheme) - static_cast<std::size_t>(first));
    }
    const auto high = static_cast<std::size_t>(scheme) >> 8U;
    return high < by_high_byte.size() ? by_high_byte.at(high) : NID_undef;
}

} // namespace

bool is_signed_with(const x509::Certificate& certificate, SignatureScheme scheme)
{
    const auto kind = kind_of(certificate);
    if (!kind) {
        return false;
    }
    switch (kind->key) {
    case NID_rsaEncryption:
        return is_pkcs1(scheme) && kind->hash == hash_of(scheme);
    case NID_rsassaPss:
        return (is_pss_rsae(scheme) || is_pss_pss(scheme)) && kind->hash == hash_of(scheme);
    case NID_X9_62_id_ecPublicKey:
        return is_ecdsa(scheme) && kind->hash == hash_of(scheme);
    case NID_ED25519:
        return scheme == SignatureScheme::ed25519;
    case NID_ED448:
        return scheme == SignatureScheme::ed448;
    default:
        return false;
    }
}

bool is_signed_weakly(const x509::Certificate& certificate)
{
    const auto kind = kind_of(certificate);
    return kind && (kind->hash == NID_sha1 || kind->hash == NID_md5 || kind->hash == NID_md5_sha1 ||
                    kind->hash == NID_md4 || kind->hash == NID_md2);
}

bool has_everyday_key(const x509::Certificate& certificate)
{
    const std::string key = certificate.key_text();
    return certificate.key_type() == x509::KeyType::rsa || key == "EC P-256" || key == "EC P-384" || key == "EC P-521";
}

} // namespace mtls::clients
