#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/// OpenSSL objects with one owner. Handles own; raw pointers borrow.
namespace mtls::ossl {

template <auto Free> struct Freer {
    template <class T> void operator()(T* handle) const noexcept { Free(handle); }
};

/// One pointer wide; `Free` runs once.
template <class T, auto Free> using Handle = std::unique_ptr<T, Freer<Free>>;

using Asn1ObjectPtr = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;
using Asn1TypePtr = Handle<ASN1_TYPE, ASN1_TYPE_free>;
using BignumPtr = Handle<BIGNUM, BN_free>;
using BioPtr = Handle<BIO, BIO_free_all>;
using EvpPkeyPtr = Handle<EVP_PKEY, EVP_PKEY_free>;
using GeneralNamesPtr = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using Pkcs12Ptr = Handle<PKCS12, PKCS12_free>;
using Pkcs7Ptr = Handle<PKCS7, PKCS7_free>;
using SslCtxPtr = Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = Handle<SSL, SSL_free>;
using X509CrlPtr = Handle<X509_CRL, X509_CRL_free>;
using X509ExtensionPtr = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using X509NamePtr = Handle<X509_NAME, X509_NAME_free>;
using X509Ptr = Handle<X509, X509_free>;
using X509RevokedPtr = Handle<X509_REVOKED, X509_REVOKED_free>;
using X509StoreCtxPtr = Handle<X509_STORE_CTX, X509_STORE_CTX_free>;
using X509StorePtr = Handle<X509_STORE, X509_STORE_free>;

} // namespace mtls::ossl
