#include "harness/raw/record_layer.hpp"

#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

constexpr std::size_t header_size = 5;
constexpr std::size_t largest_content = 16384 + 2048; // RFC 5246 §6.2.3

} // namespace

Buffer plain_record(std::uint8_t type, std::uint16_t version, Bytes content)
{
    return joined({number(1, type), number(2, version), vector(2, content)});
}

std::optional<Record> RecordReader::next()
{
    if (astray() || waiting_.size() < header_size) {
        return std::nullopt;
    }
    Cursor in{waiting_};
    Record record;
    record.type = static_cast<std::uint8_t>(in.number(1));
    (void)in.number(2);
    const Bytes content = in.vector(2).rest();
    if (!in.good()) {
        return std::nullopt;
    }
    record.content.assign(content.begin(), content.end());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(header_size + content.size()));
    return record;
}

bool RecordReader::astray() const
{
    if (waiting_.empty()) {
        return false;
    }
    const bool known = waiting_[0] >= content::change_cipher_spec && waiting_[0] <= content::application_data;
    const bool major = waiting_.size() < 2 || waiting_[1] == 3;
    const bool size = waiting_.size() < header_size || Cursor{Bytes{waiting_}.subspan(3)}.number(2) <= largest_content;
    return !known || !major || !size;
}

std::optional<Message> MessageReader::next()
{
    Cursor in{waiting_};
    Message message;
    message.type = static_cast<std::uint8_t>(in.number(1));
    const Bytes body = in.vector(3).rest();
    if (!in.good()) {
        return std::nullopt;
    }
    message.body.assign(body.begin(), body.end());
    const auto end = waiting_.end() - static_cast<std::ptrdiff_t>(in.rest().size());
    message.whole.assign(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    return message;
}

} // namespace mtls::raw
