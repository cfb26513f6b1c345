#include "harness/raw/key_schedule.hpp"

#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"

namespace mtls::raw {
namespace {

using ossl::must;
using ossl::must_succeed;

constexpr std::size_t hash_size = 32;

OSSL_PARAM octets(const char* key, Bytes bytes)
{
    // OpenSSL's parameters are in and out at once, and so not const.
    return OSSL_PARAM_construct_octet_string(key, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

/// RFC 5869 by EVP; `input` is the salt when extracting, the info when expanding.
Buffer hkdf(int mode, Bytes key, const char* input_name, Bytes input, std::size_t size)
{
    const ossl::EvpKdfPtr kdf{must(EVP_KDF_fetch(nullptr, "HKDF", nullptr), "fetch HKDF")};
    const ossl::EvpKdfCtxPtr context{must(EVP_KDF_CTX_new(kdf.get()), "EVP_KDF_CTX_new")};
    std::string digest{"SHA256"};
    const std::array params{OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                            OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                            octets(OSSL_KDF_PARAM_KEY, key), octets(input_name, input), OSSL_PARAM_construct_end()};
    Buffer result(size);
    must_succeed(EVP_KDF_derive(context.get(), result.data(), result.size(), params.data()), "derive a key");
    return result;
}

Buffer extract(Bytes salt, Bytes input)
{
    return hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, input, OSSL_KDF_PARAM_SALT, salt, hash_size);
}

Buffer derive_secret(Bytes secret, std::string_view label, Bytes transcript_hash)
{
    return expand_label(secret, label, transcript_hash, hash_size);
}

} // namespace

Buffer hash_of(Bytes bytes)
{
    Buffer digest(hash_size);
    must_succeed(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr), "EVP_Digest");
    return digest;
}

Buffer expand_label(Bytes secret, std::string_view label, Bytes context, std::size_t size)
{
    const std::string full = "tls13 " + std::string{label};
    const Buffer info = joined({number(2, size), vector(1, bytes_of(full)), vector(1, context)});
    return hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, secret, OSSL_KDF_PARAM_INFO, info, size);
}

KeySchedule::KeySchedule(Bytes shared_secret)
{
    const Buffer zeros(hash_size);
    const Buffer early_secret = extract(zeros, zeros);
    handshake_secret_ = extract(derive_secret(early_secret, "derived", hash_of({})), shared_secret);
}

TrafficSecrets KeySchedule::handshake(Bytes transcript_hash) const
{
    return {.client = derive_secret(handshake_secret_, "c hs traffic", transcript_hash),
            .server = derive_secret(handshake_secret_, "s hs traffic", transcript_hash)};
}

TrafficSecrets KeySchedule::application(Bytes transcript_hash) const
{
    const Buffer master = extract(derive_secret(handshake_secret_, "derived", hash_of({})), Buffer(hash_size));
    return {.client = derive_secret(master, "c ap traffic", transcript_hash),
            .server = derive_secret(master, "s ap traffic", transcript_hash)};
}

Buffer finished_of(Bytes traffic_secret, Bytes transcript_hash)
{
    const Buffer key = expand_label(traffic_secret, "finished", {}, hash_size);
    Buffer mac(hash_size);
    (void)must(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(), transcript_hash.data(),
                         transcript_hash.size(), mac.data(), mac.size(), nullptr),
               "compute a Finished");
    return mac;
}

} // namespace mtls::raw
