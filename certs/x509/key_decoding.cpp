#include "certs/x509/key_decoding.hpp"

#include <utility>

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
    const X509_ALGOR* scheme = nullptr;
    X509_SIG_get0(encrypted.get(), &scheme, nullptr);
    Rounds rounds;
    rounds.add(scheme);
    if (auto problem = rounds.problem()) {
        return {std::nullopt, std::move(*problem)};
    }
    if (!unlock.source.given()) {
        return {std::nullopt, no_passphrase};
    }
    const Secret passphrase = unlock.source.read(unlock.what);
    ossl::Pkcs8Ptr info;
    auto problem = why_not([&] {
        info.reset(
            PKCS8_decrypt(encrypted.get(), passphrase.view().data(), static_cast<int>(passphrase.view().size())));
        return info != nullptr;
    });
    if (problem) {
        return {std::nullopt, std::move(*problem)};
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
