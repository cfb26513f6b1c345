#include "probe/hello/traffic_key.hpp"

#include <algorithm>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "certs/ossl/error.hpp"
#include "probe/wire/record.hpp"

namespace mtls::hello {

using wire::Bytes;
using wire::CipherSuite;

namespace {

constexpr std::size_t tag_size = 16; // of all three: RFC 5116 §5.1, §5.2; RFC 8439 §2.8
constexpr std::size_t longest_hash = 48;
using Secret = std::array<std::uint8_t, longest_hash>;

} // namespace

Ciphers::Ciphers()
    : digesting_{ossl::must(EVP_MD_CTX_new(), "EVP_MD_CTX_new")}, hashes_{make_hash("SHA256"), make_hash("SHA384")},
      suites_{make_suite(CipherSuite::TLS_AES_128_GCM_SHA256, 0, "AES-128-GCM"),
              make_suite(CipherSuite::TLS_AES_256_GCM_SHA384, 1, "AES-256-GCM"),
              make_suite(CipherSuite::TLS_CHACHA20_POLY1305_SHA256, 0, "ChaCha20-Poly1305")},
      plain_(wire::longest_fragment)
{
    // RFC 8446 §7.1, the part that no connection changes: without a PSK the early secret is made of zeros, and what is
    // derived from it is the salt of the next step.
    for (Hash& hash : hashes_) {
        const Secret zeros{};
        Secret early{};
        Secret nothing_said{};
        const Bytes zeros_of_size = Bytes{zeros}.first(hash.size);
        hmac(hash, zeros_of_size, zeros_of_size, std::span{early}.first(hash.size));
        digest(hash, {}, {}, std::span{nothing_said}.first(hash.size));
        hash.salt.resize(hash.size);
        expand(hash, Bytes{early}.first(hash.size), "derived", Bytes{nothing_said}.first(hash.size), hash.salt);
    }
}

Ciphers::Hash Ciphers::make_hash(const char* name)
{
    Hash hash;
    hash.digest.reset(ossl::must(EVP_MD_fetch(nullptr, name, nullptr), "fetch a digest"));
    hash.size = static_cast<std::size_t>(EVP_MD_get_size(hash.digest.get()));
    const ossl::EvpMacPtr mac{ossl::must(EVP_MAC_fetch(nullptr, "HMAC", nullptr), "fetch HMAC")};
    hash.hmac.reset(ossl::must(EVP_MAC_CTX_new(mac.get()), "EVP_MAC_CTX_new"));
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(name), 0),
                                OSSL_PARAM_construct_end()};
    ossl::must_succeed(EVP_MAC_CTX_set_params(hash.hmac.get(), parameters.data()), "set up HMAC");
    return hash;
}

Ciphers::Suite Ciphers::make_suite(CipherSuite code, std::size_t hash, const char* cipher)
{
    const ossl::EvpCipherPtr fetched{ossl::must(EVP_CIPHER_fetch(nullptr, cipher, nullptr), "fetch a cipher")};
    Suite suite{code, hash, static_cast<std::size_t>(EVP_CIPHER_get_key_length(fetched.get())),
                ossl::EvpCipherCtxPtr{ossl::must(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")}};
    ossl::must_succeed(EVP_DecryptInit_ex2(suite.cipher.get(), fetched.get(), nullptr, nullptr, nullptr),
                       "set up a cipher");
    return suite;
}

bool Ciphers::knows(CipherSuite suite) const
{
    return std::any_of(suites_.begin(), suites_.end(), [&](const Suite& one) { return one.code == suite; });
}

Ciphers::Suite& Ciphers::find(CipherSuite suite)
{
    return *std::find_if(suites_.begin(), suites_.end(), [&](const Suite& one) { return one.code == suite; });
}

void Ciphers::hmac(const Hash& hash, Bytes key, Bytes data, std::span<std::uint8_t> result)
{
    ossl::must_succeed(EVP_MAC_init(hash.hmac.get(), key.data(), key.size(), nullptr), "HMAC");
    ossl::must_succeed(EVP_MAC_update(hash.hmac.get(), data.data(), data.size()), "HMAC");
    std::size_t size = 0;
    ossl::must_succeed(EVP_MAC_final(hash.hmac.get(), result.data(), &size, result.size()), "HMAC");
}

/// HKDF-Expand-Label of RFC 8446 §7.1.
///     struct {
///         uint16 length = Length;
///         opaque label<7..255> = "tls13 " + Label;
///         opaque context<0..255> = Context;
///     } HkdfLabel;
/// Nothing here is longer than the hash, so the first block of RFC 5869 §2.3 is all of it.
void Ciphers::expand(const Hash& hash, Bytes secret, std::string_view label, Bytes context,
                     std::span<std::uint8_t> result)
{
    constexpr std::string_view prefix = "tls13 ";
    std::array<std::uint8_t, 128> info{};
    std::size_t size = 0;
    const auto put = [&](std::size_t byte) { info.at(size++) = static_cast<std::uint8_t>(byte); };
    const auto put_all = [&](const auto& range) { std::for_each(range.begin(), range.end(), put); };
    put(0);
    put(result.size());
    put(prefix.size() + label.size());
    put_all(prefix);
    put_all(label);
    put(context.size());
    put_all(context);
    put(1);
    Secret block{};
    hmac(hash, secret, Bytes{info}.first(size), std::span{block}.first(hash.size));
    std::copy_n(block.begin(), result.size(), result.begin());
}

void Ciphers::digest(const Hash& hash, Bytes first, Bytes second, std::span<std::uint8_t> result)
{
    EVP_MD_CTX* context = digesting_.get();
    ossl::must_succeed(EVP_DigestInit_ex2(context, hash.digest.get(), nullptr), "hash");
    ossl::must_succeed(EVP_DigestUpdate(context, first.data(), first.size()), "hash");
    ossl::must_succeed(EVP_DigestUpdate(context, second.data(), second.size()), "hash");
    ossl::must_succeed(EVP_DigestFinal_ex(context, result.data(), nullptr), "hash");
}

std::vector<std::uint8_t> Ciphers::hash(CipherSuite suite, Bytes first, Bytes second)
{
    const Hash& hash = hashes_.at(find(suite).hash);
    std::vector<std::uint8_t> result(hash.size);
    digest(hash, first, second, result);
    return result;
}

TrafficKey Ciphers::server_handshake_key(CipherSuite code, Bytes shared_secret, Bytes transcript_hash)
{
    const Suite& suite = find(code);
    const Hash& hash = hashes_.at(suite.hash);
    Secret handshake_secret{};
    Secret traffic_secret{};
    const auto sized = [&](Secret& secret) { return std::span{secret}.first(hash.size); };
    hmac(hash, hash.salt, shared_secret, sized(handshake_secret));
    expand(hash, sized(handshake_secret), "s hs traffic", transcript_hash, sized(traffic_secret));
    return *traffic_key(code, sized(traffic_secret));
}

std::optional<TrafficKey> Ciphers::traffic_key(CipherSuite code, Bytes traffic_secret)
{
    const Suite& suite = find(code);
    const Hash& hash = hashes_.at(suite.hash);
    if (traffic_secret.size() != hash.size) {
        return std::nullopt;
    }
    TrafficKey key;
    key.suite = code;
    expand(hash, traffic_secret, "key", {}, std::span{key.key}.first(suite.key_size));
    expand(hash, traffic_secret, "iv", {}, key.iv);
    return key;
}

std::optional<Bytes> Ciphers::open(TrafficKey& key, Bytes header, Bytes fragment)
{
    if (fragment.size() < tag_size || fragment.size() - tag_size > plain_.size()) {
        return std::nullopt;
    }
    // RFC 8446 §5.3: the sequence number, padded to the left, XORed with the IV.
    auto nonce = key.iv;
    for (std::size_t byte = 0; byte < sizeof key.sequence_number; ++byte) {
        nonce[nonce.size() - 1 - byte] ^= static_cast<std::uint8_t>(key.sequence_number >> 8U * byte);
    }
    ++key.sequence_number;
    const Bytes content = fragment.first(fragment.size() - tag_size);
    auto* tag = const_cast<std::uint8_t*>(fragment.subspan(content.size()).data()); // only read
    const ossl::ErrorMark quiet;
    EVP_CIPHER_CTX* cipher = find(key.suite).cipher.get();
    int size = 0;
    const bool authentic =
        EVP_DecryptInit_ex2(cipher, nullptr, key.key.data(), nonce.data(), nullptr) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag) == 1 &&
        EVP_DecryptUpdate(cipher, nullptr, &size, header.data(), static_cast<int>(header.size())) == 1 &&
        EVP_DecryptUpdate(cipher, plain_.data(), &size, content.data(), static_cast<int>(content.size())) == 1 &&
        EVP_DecryptFinal_ex(cipher, plain_.data() + size, &size) == 1;
    return authentic ? std::optional{Bytes{plain_}.first(content.size())} : std::nullopt;
}

} // namespace mtls::hello
