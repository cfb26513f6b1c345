#include "certs/pki/keys.hpp"

#include <string>

#include "certs/ossl/error.hpp"

namespace mtls::pki {

ossl::EvpPkeyPtr new_key(std::string_view kind)
{
    EVP_PKEY* key = nullptr;
    if (kind == "rsa-1024" || kind == "rsa-2048" || kind == "rsa-3072") {
        const unsigned bits = kind == "rsa-1024" ? 1024 : kind == "rsa-2048" ? 2048 : 3072;
        key = EVP_RSA_gen(bits);
    } else if (kind == "ec-p256" || kind == "ec-p384") {
        key = EVP_EC_gen(kind == "ec-p256" ? "P-256" : "P-384");
    } else if (kind == "ed25519") {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    } else {
        throw ossl::Error{"make a key", "unknown kind " + std::string{kind}};
    }
    return ossl::EvpPkeyPtr{ossl::must(key, "make a key")};
}

const EVP_MD* signing_digest(const EVP_PKEY* key, std::string_view kind)
{
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
        return nullptr;
    }
    return kind == "sha1"     ? EVP_sha1()
           : kind == "sha384" ? EVP_sha384()
           : kind == "sha512" ? EVP_sha512()
                              : EVP_sha256();
}

} // namespace mtls::pki
