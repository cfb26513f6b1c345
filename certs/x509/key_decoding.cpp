#include "certs/x509/key_decoding.hpp"

#include <algorithm>

#include <openssl/err.h>

#include "certs/ossl/error.hpp"

namespace mtls::x509 {

namespace {

DecodedKey from_pkcs8(const PKCS8_PRIV_KEY_INFO* info)
{
    ossl::EvpPkeyPtr key{EVP_PKCS82PKEY(info)};
    if (!key) {
        return {std::nullopt, "a private key of an unknown kind, or damaged"};
    }
    return {PrivateKey{std::move(key)}, {}};
}

} // namespace

DecodedKey decode_pkcs8(Bytes der)
{
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = der.data();
    const ossl::Pkcs8Ptr info{d2i_PKCS8_PRIV_KEY_INFO(nullptr, &cursor, static_cast<long>(der.size()))};
    return info ? from_pkcs8(info.get()) : DecodedKey{std::nullopt, "a damaged private key"};
}

DecodedKey decode_encrypted_pkcs8(Bytes der, const Unlock& unlock)
{
    const unsigned char* cursor = der.data();
    const ossl::X509SigPtr encrypted{d2i_X509_SIG(nullptr, &cursor, static_cast<long>(der.size()))};
    if (!encrypted) {
        ERR_clear_error();
        return {std::nullopt, "a damaged private key"};
    }
    if (!unlock.source.given()) {
        return {std::nullopt, no_passphrase};
    }
    const Secret passphrase = unlock.source.read(unlock.what);
    const auto decrypt = [&] {
        return ossl::Pkcs8Ptr{
            PKCS8_decrypt(encrypted.get(), passphrase.view().data(), static_cast<int>(passphrase.view().size()))};
    };
    ERR_clear_error();
    ossl::Pkcs8Ptr info = decrypt();
    bool missing = !info && algorithm_is_missing(ossl::take_errors());
    if (missing && have_legacy_algorithms()) {
        info = decrypt();
        missing = !info && algorithm_is_missing(ossl::take_errors());
    }
    ERR_clear_error();
    if (!info) {
        return {std::nullopt, missing ? unknown_encryption : wrong_passphrase};
    }
    const ossl::ErrorMark quiet;
    return from_pkcs8(info.get());
}

DecodedKey decode_traditional(Bytes der)
{
    constexpr std::size_t longest = 64UL * 1024; // RSA of 16,384 bits takes 9 KiB
    if (der.size() > longest) {
        return {std::nullopt, "a damaged private key"}; // OpenSSL would search megabytes for its end
    }
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = der.data();
    ossl::EvpPkeyPtr key{d2i_AutoPrivateKey(nullptr, &cursor, static_cast<long>(der.size()))};
    if (!key) {
        return {std::nullopt, "a damaged private key"};
    }
    return {PrivateKey{std::move(key)}, {}};
}

bool algorithm_is_missing(const std::vector<unsigned long>& errors)
{
    return std::any_of(errors.begin(), errors.end(), [](unsigned long error) {
        const int reason = ERR_GET_REASON(error);
        return (ERR_GET_LIB(error) == ERR_LIB_EVP &&
                (reason == ERR_R_UNSUPPORTED || reason == ERR_R_FETCH_FAILED || reason == EVP_R_UNKNOWN_PBE_ALGORITHM ||
                 reason == EVP_R_UNKNOWN_CIPHER || reason == EVP_R_UNKNOWN_DIGEST ||
                 reason == EVP_R_UNSUPPORTED_CIPHER || reason == EVP_R_UNSUPPORTED_PRF ||
                 reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION)) ||
               (ERR_GET_LIB(error) == ERR_LIB_PKCS12 && reason == PKCS12_R_UNKNOWN_DIGEST_ALGORITHM);
    });
}

bool have_legacy_algorithms()
{
    // The default provider too: once any provider is loaded by name, that one is no longer loaded by itself.
    static const auto load = [](const char* name) {
        const ossl::ErrorMark quiet;
        return ossl::ProviderPtr{OSSL_PROVIDER_try_load(nullptr, name, 1)};
    };
    static const ossl::ProviderPtr usual = load("default");
    static const ossl::ProviderPtr legacy = load("legacy");
    return usual && legacy;
}

} // namespace mtls::x509
