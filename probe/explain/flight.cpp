#include "probe/explain/flight.hpp"

#include <algorithm>
#include <span>

#include "probe/wire/reader.hpp"

namespace mtls::explain {

namespace {

using wire::Bytes;
using wire::HandshakeType;
using wire::ProtocolVersion;

constexpr std::size_t record_header = 5;
constexpr std::size_t message_header = 4;
constexpr std::size_t longest_record = (std::size_t{1} << 14U) + 2048;

std::size_t big_endian(Bytes bytes, std::size_t at, std::size_t width)
{
    std::size_t value = 0;
    for (std::size_t byte = 0; byte < width; ++byte) {
        value = value << 8U | bytes[at + byte];
    }
    return value;
}

struct Message {
    HandshakeType type{};
    Bytes body;
};

/// The messages that follow one another; `whole` if nothing is left over.
struct Messages {
    std::vector<Message> list;
    bool whole = true;
};

Messages messages_of(Bytes bytes)
{
    Messages found;
    while (!bytes.empty()) {
        if (bytes.size() < message_header) {
            found.whole = false;
            return found;
        }
        const auto type = static_cast<HandshakeType>(bytes[0]);
        const std::size_t length = big_endian(bytes, 1, 3);
        bytes = bytes.subspan(message_header);
        found.list.push_back({type, bytes.first(std::min(length, bytes.size()))});
        if (length > bytes.size()) {
            found.whole = false;
            return found;
        }
        bytes = bytes.subspan(length);
    }
    return found;
}

/// RFC 8446 §4.2.1: TLS 1.3 says so in supported_versions, and 1.2 in legacy_version.
std::optional<ProtocolVersion> version_of_server_hello(Bytes body)
{
    constexpr wire::Field session{"legacy_session_id_echo", 0, 32};
    constexpr wire::Field block{"extensions", 0, 0xffff};
    constexpr wire::Field data{"extension_data", 0, 0xffff};
    wire::Reader in{body};
    ProtocolVersion version{};
    if (!in.number("legacy_version", version) || body.size() < 34) {
        return std::nullopt;
    }
    in = wire::Reader{body.subspan(34)};
    std::vector<std::uint8_t> echo;
    std::uint16_t suite = 0;
    std::uint8_t compression = 0;
    std::optional<wire::Reader> extensions;
    if (!in.opaque(session, echo) || !in.number("cipher_suite", suite) || !in.number("compression", compression) ||
        in.empty() || !in.vector(block, extensions)) {
        return version;
    }
    wire::ExtensionType type{};
    std::vector<std::uint8_t> content;
    while (!extensions->empty() && extensions->number("extension_type", type) && extensions->opaque(data, content)) {
        if (type == wire::ExtensionType::supported_versions && content.size() == 2) {
            return static_cast<ProtocolVersion>(big_endian(content, 0, 2));
        }
    }
    return version;
}

bool known(ProtocolVersion version)
{
    return version >= ProtocolVersion::tls10 && version <= ProtocolVersion::tls13;
}

std::vector<FoundRequest> requests_among(const Messages& messages, const char* where)
{
    std::vector<FoundRequest> found;
    std::optional<ProtocolVersion> version;
    for (const Message& message : messages.list) {
        if (message.type == HandshakeType::server_hello) {
            version = version_of_server_hello(message.body);
        } else if (message.type == HandshakeType::certificate_request) {
            const bool sure = version && known(*version);
            found.push_back({{message.body.begin(), message.body.end()}, where, sure ? version : std::nullopt});
        }
    }
    return found;
}

bool record_at(Bytes bytes, std::size_t at)
{
    return at + record_header <= bytes.size() && bytes[at] >= 20 && bytes[at] <= 24 && bytes[at + 1] == 3 &&
           bytes[at + 2] <= 4 && big_endian(bytes, at + 3, 2) <= longest_record;
}

/// The handshake bytes of the records from `at` on, as far as records go.
std::vector<std::uint8_t> handshake_bytes(Bytes bytes, std::size_t at)
{
    constexpr std::uint8_t handshake = 22;
    std::vector<std::uint8_t> content;
    while (record_at(bytes, at)) {
        const std::size_t length = std::min(big_endian(bytes, at + 3, 2), bytes.size() - at - record_header);
        if (bytes[at] == handshake) {
            const Bytes fragment = bytes.subspan(at + record_header, length);
            content.insert(content.end(), fragment.begin(), fragment.end());
        }
        at += record_header + length;
    }
    return content;
}

/// Longest headers before the first record: Ethernet with tags, IPv6 with some extensions, TCP with options.
constexpr std::size_t longest_packet_header = 256;

} // namespace

std::vector<FoundRequest> find_requests(const std::vector<std::uint8_t>& bytes)
{
    for (std::size_t at = 0; at < std::min(bytes.size(), longest_packet_header); ++at) {
        if (!record_at(bytes, at) || bytes[at] != 22) {
            continue;
        }
        const auto content = handshake_bytes(bytes, at);
        auto found = requests_among(messages_of(content), "TLS records");
        if (!found.empty()) {
            return found;
        }
        if (at == 0 && messages_of(content).whole) {
            return {};
        }
    }
    const Messages messages = messages_of(bytes);
    const bool cut_request =
        !messages.list.empty() && bytes[1] == 0 && messages.list.front().type == HandshakeType::certificate_request;
    if (cut_request || (messages.whole && !messages.list.empty())) {
        return requests_among(messages, "handshake message");
    }
    return {{bytes, "message body", std::nullopt}};
}

} // namespace mtls::explain
