#include "harness/raw/signature.hpp"

#include <openssl/rsa.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "certs/x509/config_error.hpp"

namespace mtls::raw {
namespace {

using ossl::must;
using ossl::must_succeed;
using scenario::TlsVersion;

constexpr std::uint16_t rsa_pkcs1_sha256 = 0x0401;
constexpr std::uint16_t ecdsa_secp256r1_sha256 = 0x0403;
constexpr std::uint16_t rsa_pss_rsae_sha256 = 0x0804;

const EVP_MD* digest_of(SignatureKind kind, TlsVersion version)
{
    if (version >= TlsVersion::tls12) {
        return EVP_sha256();
    }
    return kind == SignatureKind::rsa ? EVP_md5_sha1() : EVP_sha1();
}

} // namespace

SignatureKind signature_kind(const x509::PrivateKey& key)
{
    constexpr int p256_bits = 256;
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
        return SignatureKind::rsa;
    }
    if (EVP_PKEY_is_a(key.get(), "EC") == 1 && EVP_PKEY_get_bits(key.get()) == p256_bits) {
        return SignatureKind::ecdsa;
    }
    throw x509::ConfigError{"a raw server's key is RSA or ec-p256"};
}

std::uint16_t signature_scheme(SignatureKind kind, TlsVersion version)
{
    if (kind == SignatureKind::ecdsa) {
        return ecdsa_secp256r1_sha256;
    }
    return version == TlsVersion::tls13 ? rsa_pss_rsae_sha256 : rsa_pkcs1_sha256;
}

Buffer sign(const x509::PrivateKey& key, SignatureKind kind, TlsVersion version, Bytes bytes)
{
    const ossl::EvpMdCtxPtr context{must(EVP_MD_CTX_new(), "EVP_MD_CTX_new")};
    EVP_PKEY_CTX* settings = nullptr; // owned by context
    must_succeed(EVP_DigestSignInit(context.get(), &settings, digest_of(kind, version), nullptr, key.get()),
                 "sign with the server's key");
    if (kind == SignatureKind::rsa && version == TlsVersion::tls13) {
        must_succeed(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING), "choose RSA-PSS");
        must_succeed(EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST), "choose RSA-PSS");
    }
    std::size_t size = 0;
    must_succeed(EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size()), "size a signature");
    Buffer signature(size);
    must_succeed(EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()), "sign");
    signature.resize(size);
    return signature;
}

} // namespace mtls::raw
