#include "probe/explain/flight.hpp"

#include <algorithm>

#include "probe/explain/records.hpp"

namespace mtls::explain {

namespace {

using wire::HandshakeType;
using wire::ProtocolVersion;

bool known(ProtocolVersion version)
{
    return version >= ProtocolVersion::tls10 && version <= ProtocolVersion::tls13;
}

/// Longest headers before the first record: Ethernet with tags, IPv6 with some extensions, TCP with options.
constexpr std::size_t longest_packet_header = 256;

} // namespace

std::vector<FoundRequest> requests_among(const HandshakeMessages& messages, const char* where)
{
    std::vector<FoundRequest> found;
    std::optional<ProtocolVersion> version;
    for (const HandshakeMessage& message : messages.list) {
        if (message.type == HandshakeType::server_hello) {
            version = version_of_server_hello(message.body);
        } else if (message.type == HandshakeType::certificate_request) {
            const bool sure = version && known(*version);
            found.push_back(
                {{message.body.begin(), message.body.end()}, where, sure ? version : std::nullopt, message.whole});
        }
    }
    return found;
}

std::vector<FoundRequest> find_requests(const std::vector<std::uint8_t>& bytes)
{
    for (std::size_t at = 0; at < std::min(bytes.size(), longest_packet_header); ++at) {
        const auto record = record_at(bytes, at);
        if (!record || record->header.type != wire::ContentType::handshake) {
            continue;
        }
        const auto content = clear_records(bytes, at).handshake;
        auto found = requests_among(messages_of(content), "TLS records");
        if (!found.empty()) {
            return found;
        }
        if (at == 0 && messages_of(content).whole) {
            return {};
        }
    }
    const HandshakeMessages messages = messages_of(bytes);
    const bool cut_request =
        !messages.list.empty() && bytes[1] == 0 && messages.list.front().type == HandshakeType::certificate_request;
    if (cut_request || (messages.whole && !messages.list.empty())) {
        return requests_among(messages, "handshake message");
    }
    return {{bytes, message_body, std::nullopt, true}};
}

} // namespace mtls::explain
