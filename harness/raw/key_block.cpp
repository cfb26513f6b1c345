#include "harness/raw/key_block.hpp"

#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "harness/raw/aes_gcm.hpp"

namespace mtls::raw {
namespace {

using ossl::must;
using ossl::must_succeed;

OSSL_PARAM octets(const char* key, Bytes bytes)
{
    // OpenSSL's parameters are in and out at once, and so not const.
    return OSSL_PARAM_construct_octet_string(key, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

Buffer taken(Cursor& block, std::size_t size)
{
    const Bytes bytes = block.take(size);
    return {bytes.begin(), bytes.end()};
}

} // namespace

Buffer prf(Bytes secret, std::string_view label, Bytes seed, std::size_t size)
{
    const ossl::EvpKdfPtr kdf{must(EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr), "fetch TLS1-PRF")};
    const ossl::EvpKdfCtxPtr context{must(EVP_KDF_CTX_new(kdf.get()), "EVP_KDF_CTX_new")};
    std::string digest{"SHA256"};
    const Buffer label_and_seed = joined({bytes_of(label), seed});
    const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                            octets(OSSL_KDF_PARAM_SECRET, secret), octets(OSSL_KDF_PARAM_SEED, label_and_seed),
                            OSSL_PARAM_construct_end()};
    Buffer result(size);
    must_succeed(EVP_KDF_derive(context.get(), result.data(), result.size(), params.data()), "derive a key");
    return result;
}

KeyBlock key_block(Bytes premaster_secret, Bytes client_random, Bytes server_random)
{
    constexpr std::size_t master_size = 48;
    constexpr std::size_t salt_size = 4;
    KeyBlock keys;
    keys.master_secret = prf(premaster_secret, "master secret", joined({client_random, server_random}), master_size);
    const Buffer block = prf(keys.master_secret, "key expansion", joined({server_random, client_random}),
                             2 * (gcm_key_size + salt_size));
    Cursor in{block};
    keys.client_key = taken(in, gcm_key_size);
    keys.server_key = taken(in, gcm_key_size);
    keys.client_salt = taken(in, salt_size);
    keys.server_salt = taken(in, salt_size);
    return keys;
}

Buffer server_finished_12(Bytes master_secret, Bytes transcript_hash)
{
    constexpr std::size_t verify_data_size = 12;
    return prf(master_secret, "server finished", transcript_hash, verify_data_size);
}

} // namespace mtls::raw
