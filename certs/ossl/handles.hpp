#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/// OpenSSL objects with one owner. Handles own; raw pointers borrow.
namespace mtls::ossl {

template <auto Free> struct Freer {
    template <class T> void operator()(T* handle) const noexcept { static_cast<void>(Free(handle)); }
};

/// One pointer wide; `Free` runs once.
template <class T, auto Free> using Handle = std::unique_ptr<T, Freer<Free>>;

/// OPENSSL_free, which is a macro.
inline void free_memory(void* memory) noexcept
{
    OPENSSL_free(memory);
}

inline void free_certificates(STACK_OF(X509) * certificates) noexcept
{
    sk_X509_pop_free(certificates, X509_free);
}

using Asn1BitStringPtr = Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using Asn1IntegerPtr = Handle<ASN1_INTEGER, ASN1_INTEGER_free>;
using Asn1ObjectPtr = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;
using Asn1OctetStringPtr = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using Asn1TimePtr = Handle<ASN1_TIME, ASN1_TIME_free>;
using Asn1TypePtr = Handle<ASN1_TYPE, ASN1_TYPE_free>;
using BignumPtr = Handle<BIGNUM, BN_free>;
using BioPtr = Handle<BIO, BIO_free_all>;
using BytesPtr = Handle<unsigned char, free_memory>;
using CertificatesPtr = Handle<STACK_OF(X509), free_certificates>;
using CharsPtr = Handle<char, free_memory>;
using DistributionPointsPtr = Handle<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using EvpCipherCtxPtr = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using EvpCipherPtr = Handle<EVP_CIPHER, EVP_CIPHER_free>;
using EvpKdfCtxPtr = Handle<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using EvpKdfPtr = Handle<EVP_KDF, EVP_KDF_free>;
using EvpMacCtxPtr = Handle<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using EvpMacPtr = Handle<EVP_MAC, EVP_MAC_free>;
using EvpMdCtxPtr = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using EvpMdPtr = Handle<EVP_MD, EVP_MD_free>;
using EvpPkeyCtxPtr = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using EvpPkeyPtr = Handle<EVP_PKEY, EVP_PKEY_free>;
using ExtendedKeyUsagePtr = Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using GeneralNamesPtr = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using Pkcs12Ptr = Handle<PKCS12, PKCS12_free>;
using Pkcs7Ptr = Handle<PKCS7, PKCS7_free>;
using Pkcs8Ptr = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using ProviderPtr = Handle<OSSL_PROVIDER, OSSL_PROVIDER_unload>;
using SslCtxPtr = Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = Handle<SSL, SSL_free>;
using X509CrlPtr = Handle<X509_CRL, X509_CRL_free>;
using X509ExtensionPtr = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using X509NamePtr = Handle<X509_NAME, X509_NAME_free>;
using X509Ptr = Handle<X509, X509_free>;
using X509RevokedPtr = Handle<X509_REVOKED, X509_REVOKED_free>;
using X509StoreCtxPtr = Handle<X509_STORE_CTX, X509_STORE_CTX_free>;
using X509SigPtr = Handle<X509_SIG, X509_SIG_free>;
using X509StorePtr = Handle<X509_STORE, X509_STORE_free>;

} // namespace mtls::ossl
