#include "probe/explain/session_secrets.hpp"

#include <algorithm>
#include <string_view>

#include "probe/explain/dump.hpp"
#include "probe/explain/records.hpp"
#include "probe/hello/traffic_key.hpp"
#include "probe/iis/text.hpp"
#include "probe/wire/server_hello.hpp"

namespace mtls::explain {

namespace {

using wire::Bytes;
using wire::ContentType;
using wire::HandshakeType;

/// `LABEL hex hex`, as three words; empty ones if it is anything else.
std::array<std::string_view, 3> words_of(std::string_view line)
{
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) {
        return {};
    }
    const std::string_view last = line.substr(second + 1);
    return {line.substr(0, first), line.substr(first + 1, second - first - 1),
            last.substr(0, last.find_last_not_of(" \r") + 1)};
}

/// RFC 8446 §5.2: the content and, behind it, its type and zeros.
struct InnerPlaintext {
    ContentType type{};
    Bytes content{};
};

InnerPlaintext inner_of(Bytes plain)
{
    std::size_t size = plain.size();
    while (size > 0 && plain[size - 1] == 0) {
        --size;
    }
    return size == 0 ? InnerPlaintext{}
                     : InnerPlaintext{static_cast<ContentType>(plain[size - 1]), plain.first(size - 1)};
}

/// The cipher suite that the last ServerHello of the clear part chose.
std::optional<wire::CipherSuite> suite_of(const HandshakeMessages& messages)
{
    std::optional<wire::CipherSuite> suite;
    for (const HandshakeMessage& message : messages.list) {
        if (message.type == HandshakeType::server_hello) {
            suite = wire::parse_server_hello(message.body).cipher_suite;
        }
    }
    return suite;
}

bool holds(const std::vector<std::uint8_t>& handshake, HandshakeType type)
{
    const auto messages = messages_of(handshake);
    return std::any_of(messages.list.begin(), messages.list.end(),
                       [&](const HandshakeMessage& one) { return one.type == type && one.whole; });
}

/// Opens one record after the other: with the handshake secret up to Finished, then with the other one.
class Opener {
  public:
    explicit Opener(const ServerSecrets& secrets) : secrets_{secrets} {}

    /// False when nothing more can be opened.
    bool take(const Record& record)
    {
        if (record.header.type == ContentType::handshake) {
            handshake_.insert(handshake_.end(), record.fragment.begin(), record.fragment.end());
            return true;
        }
        if (record.header.type == ContentType::change_cipher_spec) {
            return true; // RFC 8446 §D.4: without a meaning
        }
        if (record.header.type != ContentType::application_data || (!key_ && !begin())) {
            return false;
        }
        const auto plain = ciphers_.open(*key_, record.whole.first<wire::RecordHeader::size>(), record.fragment);
        if (!plain) {
            return false;
        }
        opened_ = true;
        return take(inner_of(*plain));
    }

    [[nodiscard]] std::optional<std::vector<std::uint8_t>> result() &&
    {
        return opened_ ? std::optional{std::move(handshake_)} : std::nullopt;
    }

  private:
    bool begin()
    {
        suite_ = suite_of(messages_of(handshake_));
        if (suite_ && ciphers_.knows(*suite_)) {
            key_ = ciphers_.traffic_key(*suite_, secrets_.handshake);
        }
        return key_.has_value();
    }

    bool take(const InnerPlaintext& inner)
    {
        if (inner.type != ContentType::handshake) {
            return finished_; // data; before Finished there is none
        }
        handshake_.insert(handshake_.end(), inner.content.begin(), inner.content.end());
        if (!finished_ && holds(handshake_, HandshakeType::finished)) {
            finished_ = true;
            key_ = ciphers_.traffic_key(*suite_, secrets_.application);
        }
        return key_.has_value(); // a KeyUpdate makes the next record fail, which ends it
    }

    const ServerSecrets& secrets_;
    hello::Ciphers ciphers_;
    std::optional<wire::CipherSuite> suite_;
    std::optional<hello::TrafficKey> key_;
    std::vector<std::uint8_t> handshake_;
    bool opened_ = false;
    bool finished_ = false;
};

} // namespace

std::optional<SessionSecrets> SessionSecrets::parse(std::span<const std::uint8_t> file)
{
    SessionSecrets log;
    bool known = false;
    const std::string_view text{reinterpret_cast<const char*>(file.data()), file.size()};
    for (const std::string_view line : iis::lines_of(text)) {
        const auto [label, random, secret] = words_of(line);
        const auto random_bytes = hex_bytes(random);
        const auto secret_bytes = hex_bytes(secret);
        if (!random_bytes || !secret_bytes || random_bytes->size() != ClientRandom{}.size()) {
            continue;
        }
        known = true;
        ClientRandom key{};
        std::copy(random_bytes->begin(), random_bytes->end(), key.begin());
        if (label == "SERVER_HANDSHAKE_TRAFFIC_SECRET") {
            log.secrets_[key].handshake = *secret_bytes;
        } else if (label == "SERVER_TRAFFIC_SECRET_0") {
            log.secrets_[key].application = *secret_bytes;
        }
    }
    return known ? std::optional{std::move(log)} : std::nullopt;
}

const ServerSecrets* SessionSecrets::find(const ClientRandom& random) const
{
    const auto found = secrets_.find(random);
    return found == secrets_.end() ? nullptr : &found->second;
}

std::optional<std::vector<std::uint8_t>> decrypted_handshake(Bytes stream, const ServerSecrets& secrets)
{
    Opener opener{secrets};
    std::size_t at = 0;
    for (auto record = record_at(stream, at); record; record = record_at(stream, at)) {
        const bool whole = record->fragment.size() == record->header.length;
        if (!whole || !opener.take(*record)) {
            break;
        }
        at += record->whole.size();
    }
    return std::move(opener).result();
}

} // namespace mtls::explain
