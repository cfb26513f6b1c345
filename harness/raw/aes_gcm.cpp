#include "harness/raw/aes_gcm.hpp"

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"

namespace mtls::raw {
namespace {

using ossl::must;
using ossl::must_succeed;

int length(Bytes bytes)
{
    return static_cast<int>(bytes.size());
}

} // namespace

Buffer seal_gcm(Bytes key, Bytes nonce, Bytes associated, Bytes plain)
{
    Buffer sealed(plain.size() + gcm_tag_size);
    const ossl::EvpCipherCtxPtr owner{must(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")};
    EVP_CIPHER_CTX* context = owner.get();
    int size = 0;
    must_succeed(EVP_EncryptInit_ex2(context, EVP_aes_128_gcm(), key.data(), nonce.data(), nullptr), "start AES-GCM");
    must_succeed(EVP_EncryptUpdate(context, nullptr, &size, associated.data(), length(associated)), "seal a record");
    if (!plain.empty()) {
        must_succeed(EVP_EncryptUpdate(context, sealed.data(), &size, plain.data(), length(plain)), "seal a record");
    }
    must_succeed(EVP_EncryptFinal_ex(context, sealed.data() + plain.size(), &size), "seal a record");
    must_succeed(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(gcm_tag_size),
                                     sealed.data() + plain.size()),
                 "seal a record");
    return sealed;
}

std::optional<Buffer> open_gcm(Bytes key, Bytes nonce, Bytes associated, Bytes sealed)
{
    if (sealed.size() < gcm_tag_size) {
        return std::nullopt;
    }
    const ossl::ErrorMark mark; // a record that is not ours is an answer
    const Bytes encrypted = sealed.first(sealed.size() - gcm_tag_size);
    Buffer tag{sealed.end() - gcm_tag_size, sealed.end()};
    Buffer plain(encrypted.size() + 1); // never null
    const ossl::EvpCipherCtxPtr owner{must(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")};
    EVP_CIPHER_CTX* context = owner.get();
    int size = 0;
    const bool opened =
        EVP_DecryptInit_ex2(context, EVP_aes_128_gcm(), key.data(), nonce.data(), nullptr) > 0 &&
        EVP_DecryptUpdate(context, nullptr, &size, associated.data(), length(associated)) > 0 &&
        (encrypted.empty() ||
         EVP_DecryptUpdate(context, plain.data(), &size, encrypted.data(), length(encrypted)) > 0) &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(gcm_tag_size), tag.data()) > 0 &&
        EVP_DecryptFinal_ex(context, plain.data() + encrypted.size(), &size) > 0;
    if (!opened) {
        return std::nullopt;
    }
    plain.resize(encrypted.size());
    return plain;
}

} // namespace mtls::raw
