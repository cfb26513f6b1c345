#include "harness/raw/record_protection.hpp"

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "harness/raw/key_schedule.hpp"
#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

using ossl::must;
using ossl::must_succeed;

constexpr std::size_t key_size = 16;
constexpr std::size_t iv_size = 12;
constexpr std::size_t tag_size = 16;

Buffer header(std::size_t size)
{
    return joined({number(1, content::application_data), number(2, tls12_number), number(2, size)});
}

int length(Bytes bytes)
{
    return static_cast<int>(bytes.size());
}

} // namespace

RecordProtection::RecordProtection(Bytes traffic_secret)
    : key_{expand_label(traffic_secret, "key", {}, key_size)}, iv_{expand_label(traffic_secret, "iv", {}, iv_size)}
{
}

/// RFC 8446 §5.3: the sequence number, padded on the left, XORed with the IV.
Buffer RecordProtection::next_nonce()
{
    Buffer nonce(iv_size);
    const Buffer counter = number(sizeof sequence_, sequence_++);
    for (std::size_t i = 0; i < iv_size; ++i) {
        const std::size_t padding = iv_size - counter.size();
        nonce[i] = iv_[i] ^ (i < padding ? std::uint8_t{0} : counter[i - padding]);
    }
    return nonce;
}

Buffer RecordProtection::seal(std::uint8_t type, Bytes content)
{
    const Buffer inner = joined({content, number(1, type)});
    Buffer record = header(inner.size() + tag_size);
    const Buffer nonce = next_nonce();
    Buffer sealed(inner.size() + tag_size);
    const ossl::EvpCipherCtxPtr owner{must(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")};
    EVP_CIPHER_CTX* context = owner.get();
    int size = 0;
    must_succeed(EVP_EncryptInit_ex2(context, EVP_aes_128_gcm(), key_.data(), nonce.data(), nullptr), "start AES-GCM");
    must_succeed(EVP_EncryptUpdate(context, nullptr, &size, record.data(), length(record)), "seal a record");
    must_succeed(EVP_EncryptUpdate(context, sealed.data(), &size, inner.data(), length(inner)), "seal a record");
    must_succeed(EVP_EncryptFinal_ex(context, sealed.data() + size, &size), "seal a record");
    must_succeed(
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), sealed.data() + inner.size()),
        "seal a record");
    append(record, sealed);
    return record;
}

std::optional<Record> RecordProtection::open(Bytes encrypted)
{
    if (encrypted.size() <= tag_size) {
        return std::nullopt;
    }
    const ossl::ErrorMark mark; // a record that is not ours is an answer
    const Buffer associated = header(encrypted.size());
    const Buffer nonce = next_nonce();
    const Bytes sealed = encrypted.first(encrypted.size() - tag_size);
    Buffer tag{encrypted.end() - tag_size, encrypted.end()};
    Record record{.type = 0, .content = Buffer(sealed.size())};
    const ossl::EvpCipherCtxPtr owner{must(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")};
    EVP_CIPHER_CTX* context = owner.get();
    int size = 0;
    const bool opened =
        EVP_DecryptInit_ex2(context, EVP_aes_128_gcm(), key_.data(), nonce.data(), nullptr) > 0 &&
        EVP_DecryptUpdate(context, nullptr, &size, associated.data(), length(associated)) > 0 &&
        EVP_DecryptUpdate(context, record.content.data(), &size, sealed.data(), length(sealed)) > 0 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()) > 0 &&
        EVP_DecryptFinal_ex(context, record.content.data() + size, &size) > 0;
    if (!opened) {
        return std::nullopt;
    }
    while (!record.content.empty() && record.content.back() == 0) { // RFC 8446 §5.4: padding
        record.content.pop_back();
    }
    if (record.content.empty()) {
        return std::nullopt;
    }
    record.type = record.content.back();
    record.content.pop_back();
    return record;
}

} // namespace mtls::raw
