#include "probe/hello/dialogue.hpp"

#include <algorithm>
#include <utility>

#include "certs/ossl/error.hpp"

namespace mtls::hello {

using wire::ContentType;
using wire::HandshakeHeader;
using wire::HandshakeType;
using wire::ProtocolVersion;

namespace {

// The limits of the ordinary probe (probe/handshake): no honest message is longer, no honest flight has more of them.
constexpr std::size_t longest_message = 256UL * 1024;
constexpr std::size_t most_messages = 300;
constexpr std::size_t most_bytes = 1024UL * 1024;
constexpr std::size_t most_warnings = 16;
constexpr std::size_t most_cipher_changes = 16;

void append(std::vector<std::uint8_t>& into, Bytes bytes)
{
    into.insert(into.end(), bytes.begin(), bytes.end());
}

/// RFC 8446 §5.1: the first ClientHello goes out as 0x0301 "for compatibility purposes", all else as 0x0303.
void append_records(std::vector<std::uint8_t>& into, ProtocolVersion version, Bytes message)
{
    const auto number = static_cast<std::uint16_t>(version);
    append(into, std::array{static_cast<std::uint8_t>(ContentType::handshake), static_cast<std::uint8_t>(number >> 8U),
                            static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(message.size() >> 8U),
                            static_cast<std::uint8_t>(message.size())});
    append(into, message);
}

} // namespace

Dialogue::Dialogue(Offer offer, Workbench& bench, Listener& listener)
    : offer_{std::move(offer)}, bench_{bench}, listener_{listener}
{
    bench_.draw(fields_.random);
    bench_.draw(fields_.session_id);
    say_hello({});
}

void Dialogue::say_hello(Bytes cookie)
{
    fields_.cookie = cookie;
    if (offers_tls13(offer_)) {
        fields_.group = share().group();
        fields_.key_exchange = share().public_key();
    }
    const auto message = write_client_hello(offer_, fields_);
    fields_.cookie = {};
    listener_.said(message);
    append_records(output_, hello_retried_ ? ProtocolVersion::tls12 : ProtocolVersion::tls10, message);
    if (offers_tls13(offer_)) {
        append(transcript_, message);
    }
}

ProtocolVersion Dialogue::version() const
{
    return agreed_ ? agreed_->version : ProtocolVersion::tls12;
}

void Dialogue::fail(std::string why)
{
    state_ = State::broken;
    failure_ = std::move(why);
}

Dialogue::State Dialogue::feed(Bytes bytes)
{
    received_ += bytes.size();
    if (received_ > most_bytes && state_ == State::asking) {
        fail("an endless handshake: more bytes than any honest flight has");
    }
    while (!bytes.empty() && state_ == State::asking) {
        if (left_ == 0) {
            bytes = take_header(bytes);
            continue;
        }
        const Bytes chunk = bytes.first(std::min<std::size_t>(left_, bytes.size()));
        bytes = bytes.subspan(chunk.size());
        left_ = static_cast<std::uint16_t>(left_ - chunk.size());
        take_fragment(chunk);
    }
    return state_;
}

Bytes Dialogue::take_header(Bytes bytes)
{
    const std::size_t count = std::min(header_.size() - header_size_, bytes.size());
    std::copy_n(bytes.begin(), count, header_.begin() + header_size_);
    header_size_ = static_cast<std::uint8_t>(header_size_ + count);
    if (header_size_ == header_.size()) {
        header_size_ = 0;
        record_ = wire::parse_record_header(header_);
        left_ = record_.length;
        if (!wire::is_record(record_)) {
            state_ = State::foreign;
            if (records_ > 0) {
                fail("no record where one should begin");
            }
        } else if (record_.length > wire::longest_fragment) {
            fail("a record longer than any version allows");
        } else {
            ++records_;
        }
    }
    return bytes.subspan(count);
}

void Dialogue::take_fragment(Bytes chunk)
{
    switch (record_.type) {
    case ContentType::handshake:
        if (key_) {
            fail("a handshake message in the clear where it must be protected");
        } else {
            take_handshake(chunk);
        }
        return;
    case ContentType::alert:
        take_alert(chunk);
        return;
    case ContentType::change_cipher_spec:
        // RFC 8446 §D.4: in TLS 1.3 it says nothing, and may come as soon as after a HelloRetryRequest.
        if (agreed_ && agreed_->version < ProtocolVersion::tls13) {
            fail("ChangeCipherSpec before the end of the flight");
        } else if (left_ == 0 && ++cipher_changes_ > most_cipher_changes) {
            fail("an endless handshake: ChangeCipherSpec again and again");
        }
        return;
    case ContentType::application_data:
        take_protected(chunk);
        return;
    case ContentType::invalid:
        break;
    }
    fail("a record of an unknown type");
}

/// In the clear; in TLS 1.3 from a server that could not make keys.
void Dialogue::take_alert(Bytes chunk)
{
    append(fragment_, chunk);
    if (left_ == 0) {
        const auto bytes = std::exchange(fragment_, {});
        hear_alerts(bytes);
    }
}

/// Several in a record are legal up to TLS 1.2 (RFC 5246 §6.2.1), half a one never.
void Dialogue::hear_alerts(Bytes bytes)
{
    constexpr std::size_t size = 2;
    if (bytes.empty() || bytes.size() % size != 0) {
        fail("an alert of " + std::to_string(bytes.size()) + " bytes");
        return;
    }
    for (; !bytes.empty() && state_ == State::asking; bytes = bytes.subspan(size)) {
        const auto level = static_cast<wire::AlertLevel>(bytes.front());
        if (listener_.alert(version(), bytes.first(size))) {
            state_ = State::alerted;
        } else if (version() < ProtocolVersion::tls13 && level != wire::AlertLevel::warning) {
            fail("an alert that is neither a warning nor fatal");
        } else if (++warnings_ > most_warnings) {
            fail("an endless handshake: more warnings than any honest server has");
        }
    }
}

void Dialogue::take_protected(Bytes chunk)
{
    if (!key_) {
        fail("application data before the end of the handshake");
        return;
    }
    if (left_ == 0 && fragment_.empty()) {
        open(chunk);
        return;
    }
    append(fragment_, chunk);
    if (left_ == 0) {
        const auto whole = std::exchange(fragment_, {});
        open(whole);
    }
}

/// RFC 8446 §5.2.
///     struct {
///         opaque content[TLSPlaintext.length];
///         ContentType type;
///         uint8 zeros[length_of_padding];
///     } TLSInnerPlaintext;
void Dialogue::open(Bytes fragment)
{
    const auto opened = bench_.ciphers().open(*key_, header_, fragment);
    if (!opened) {
        fail("a protected record that does not authenticate");
        return;
    }
    Bytes content = *opened;
    while (!content.empty() && content.back() == 0) {
        content = content.first(content.size() - 1);
    }
    const auto type = content.empty() ? ContentType::invalid : static_cast<ContentType>(content.back());
    content = content.first(content.empty() ? 0 : content.size() - 1);
    switch (type) {
    case ContentType::handshake:
        take_handshake(content);
        return;
    case ContentType::alert:
        hear_alerts(content);
        return;
    default:
        fail("a protected record that holds no handshake message");
    }
}

void Dialogue::take_handshake(Bytes chunk)
{
    while (!chunk.empty() && state_ == State::asking) {
        const bool in_the_clear = !key_;
        if (message_.empty() && chunk.size() >= HandshakeHeader::size) {
            const auto header = wire::parse_handshake_header(chunk.first<HandshakeHeader::size>());
            const std::size_t size = HandshakeHeader::size + header.length;
            if (size > chunk.size()) {
                chunk = gather(chunk);
            } else if (may_come(header)) { // the usual case: nothing is copied
                hear(chunk.first(size));
                chunk = chunk.subspan(size);
            }
        } else {
            chunk = gather(chunk);
        }
        // RFC 8446 §5.1: "Handshake messages MUST NOT span key changes."
        if (in_the_clear && key_ && (!chunk.empty() || left_ > 0)) {
            fail("a handshake message that spans a change of keys");
        }
    }
}

/// Whether a message can begin like this now; else that is the end.
bool Dialogue::may_come(const HandshakeHeader& header)
{
    if (header.length > longest_message) {
        fail("a handshake message longer than any honest one");
        return false;
    }
    if (!agreed_ && header.type != HandshakeType::server_hello &&
        (header.type != HandshakeType::hello_request || header.length != 0)) {
        fail("a handshake message that cannot come before a ServerHello");
        return false;
    }
    return true;
}

/// Adds to the message under way, hears it when it is whole, and hands back the rest.
Bytes Dialogue::gather(Bytes chunk)
{
    const auto take = [&](std::size_t wanted) {
        const Bytes part = chunk.first(std::min(wanted - message_.size(), chunk.size()));
        append(message_, part);
        chunk = chunk.subspan(part.size());
        return message_.size() == wanted;
    };
    if (message_.size() < HandshakeHeader::size && !take(HandshakeHeader::size)) {
        return chunk;
    }
    const auto header = wire::parse_handshake_header(Bytes{message_}.first<HandshakeHeader::size>());
    const std::size_t size = HandshakeHeader::size + header.length;
    const bool whole = take(size);
    if (may_come(header) && whole) {
        const auto message = std::exchange(message_, {});
        hear(message);
    }
    return chunk;
}

void Dialogue::hear(Bytes message)
{
    if (++messages_ > most_messages) {
        fail("an endless handshake: more messages than any honest connection has");
        return;
    }
    listener_.message(version(), message);
    const auto type = static_cast<HandshakeType>(message.front());
    const Bytes body = message.subspan(HandshakeHeader::size);
    switch (type) {
    case HandshakeType::server_hello:
        hear_server_hello(message);
        break;
    case HandshakeType::encrypted_extensions:
        if (agreed_) {
            agreed_->alpn = wire::selected_protocol(wire::parse_encrypted_extensions(body));
        }
        break;
    case HandshakeType::server_key_exchange:
        if (agreed_ && name(agreed_->cipher).find("_ECDHE_") != std::string::npos) {
            agreed_->group = wire::named_curve_of(body);
        }
        break;
    case HandshakeType::certificate_request:
        ++requests_;
        break;
    case HandshakeType::server_hello_done:
    case HandshakeType::finished:
        if (requests_ > 1) { // RFC 5246 §7.4, RFC 8446 §4.3: at most one; no client goes on
            fail(std::to_string(requests_) + " CertificateRequests in one flight");
        } else {
            state_ = State::done;
        }
        break;
    default:
        break;
    }
}

void Dialogue::hear_server_hello(Bytes message)
{
    const wire::ServerHello hello = wire::parse_server_hello(message.subspan(HandshakeHeader::size));
    const bool is_13 = hello.version >= ProtocolVersion::tls13;
    if (agreed_) {
        fail("a second ServerHello");
    } else if (hello.error && (is_13 || hello.cipher_suite == wire::CipherSuite{})) {
        // What is wrong in the extensions up to TLS 1.2 does not hide what follows.
        fail(std::string{"a ServerHello with "} + wire::to_string(hello.error->reason) + " in " + hello.error->field);
    } else if (is_13 && !offers_tls13(offer_)) {
        fail("a version that was not offered");
    } else if (is_13 && hello.is_hello_retry_request()) {
        answer_retry(hello, message);
    } else {
        agreed_ = Agreed{hello.version, hello.cipher_suite, hello.group, wire::selected_protocol(hello.extensions)};
        if (is_13) {
            agree_on_keys(hello, message);
        }
        transcript_ = {};
    }
}

/// RFC 8446 §4.4.1: instead of the first ClientHello, its hash counts, as a message of type message_hash.
void Dialogue::answer_retry(const wire::ServerHello& hello, Bytes message)
{
    if (hello_retried_ || !bench_.ciphers().knows(hello.cipher_suite)) {
        fail(hello_retried_ ? "a second HelloRetryRequest" : "a cipher suite that was not offered");
        return;
    }
    if (hello.group && !can_share(*hello.group)) {
        fail("a HelloRetryRequest for the group " + name(*hello.group) + ", which was not offered");
        return;
    }
    hello_retried_ = true;
    if (hello.group) {
        retried_ = std::make_unique<KeyShare>(*hello.group);
    }
    const auto hash = bench_.ciphers().hash(hello.cipher_suite, transcript_);
    transcript_ = {static_cast<std::uint8_t>(HandshakeType::message_hash), 0, 0,
                   static_cast<std::uint8_t>(hash.size())};
    append(transcript_, hash);
    append(transcript_, message);
    append(output_, std::array<std::uint8_t, 6>{0x14, 0x03, 0x03, 0x00, 0x01, 0x01}); // RFC 8446 §D.4
    say_hello(hello.cookie);
}

void Dialogue::agree_on_keys(const wire::ServerHello& hello, Bytes message)
{
    Ciphers& ciphers = bench_.ciphers();
    if (!ciphers.knows(hello.cipher_suite)) {
        fail("a cipher suite that was not offered");
        return;
    }
    const auto secret = hello.group == share().group() ? share().agree(hello.key_exchange) : std::nullopt;
    if (!secret) {
        fail("a key share that does not belong to ours");
        return;
    }
    key_ = std::make_unique<TrafficKey>(ciphers.server_handshake_key(
        hello.cipher_suite, *secret, ciphers.hash(hello.cipher_suite, transcript_, message)));
    retried_.reset();
}

} // namespace mtls::hello
