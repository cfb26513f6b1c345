#include "harness/raw/record_protection.hpp"

#include "harness/raw/aes_gcm.hpp"
#include "harness/raw/key_schedule.hpp"
#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

constexpr std::size_t explicit_nonce_size = 8;

Buffer header(std::size_t size)
{
    return joined({number(1, content::application_data), number(2, tls12_number), number(2, size)});
}

} // namespace

RecordProtection::RecordProtection(Bytes traffic_secret)
    : key_{expand_label(traffic_secret, "key", {}, gcm_key_size)}, iv_{expand_label(traffic_secret, "iv", {},
                                                                                    gcm_nonce_size)}
{
}

/// RFC 8446 §5.3: the sequence number, padded on the left, XORed with the IV.
Buffer RecordProtection::next_nonce()
{
    Buffer nonce(gcm_nonce_size);
    const Buffer counter = number(sizeof sequence_, sequence_++);
    for (std::size_t i = 0; i < gcm_nonce_size; ++i) {
        const std::size_t padding = gcm_nonce_size - counter.size();
        nonce[i] = iv_[i] ^ (i < padding ? std::uint8_t{0} : counter[i - padding]);
    }
    return nonce;
}

Buffer RecordProtection::seal(std::uint8_t type, Bytes content)
{
    const Buffer inner = joined({content, number(1, type)});
    const Buffer start = header(inner.size() + gcm_tag_size);
    return joined({start, seal_gcm(key_, next_nonce(), start, inner)});
}

std::optional<Record> RecordProtection::open(Bytes encrypted)
{
    auto inner = open_gcm(key_, next_nonce(), header(encrypted.size()), encrypted);
    while (inner && !inner->empty() && inner->back() == 0) { // RFC 8446 §5.4: padding
        inner->pop_back();
    }
    if (!inner || inner->empty()) {
        return std::nullopt;
    }
    const std::uint8_t type = inner->back();
    inner->pop_back();
    return Record{.type = type, .content = *std::move(inner)};
}

/// RFC 5246 §6.2.3.3. Counts the record.
Buffer RecordProtection12::associated_data(std::uint8_t type, std::size_t size)
{
    return joined({number(sizeof sequence_, sequence_++), number(1, type), number(2, tls12_number), number(2, size)});
}

Buffer RecordProtection12::seal(std::uint8_t type, Bytes content)
{
    const Buffer explicit_nonce = number(explicit_nonce_size, sequence_);
    const Buffer sealed =
        seal_gcm(key_, joined({salt_, explicit_nonce}), associated_data(type, content.size()), content);
    return plain_record(type, tls12_number, joined({explicit_nonce, sealed}));
}

std::optional<Record> RecordProtection12::open(const Record& sealed)
{
    Cursor in{sealed.content};
    const Bytes explicit_nonce = in.take(explicit_nonce_size);
    if (!in.good() || in.rest().size() < gcm_tag_size) {
        return std::nullopt;
    }
    auto plain = open_gcm(key_, joined({salt_, explicit_nonce}),
                          associated_data(sealed.type, in.rest().size() - gcm_tag_size), in.rest());
    if (!plain) {
        return std::nullopt;
    }
    return Record{.type = sealed.type, .content = *std::move(plain)};
}

} // namespace mtls::raw
