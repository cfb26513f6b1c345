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

/// What stands behind the last message; a request that is cut is no left-over.
std::size_t left_over(const HandshakeMessages& messages)
{
    const bool cut_request = !messages.list.empty() && !messages.list.back().whole &&
                             messages.list.back().type == HandshakeType::certificate_request;
    return cut_request ? 0 : messages.left_over;
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
                {{message.body.begin(), message.body.end()}, where, sure ? version : std::nullopt, message.whole, 0});
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
        const ClearRecords clear = clear_records(bytes, at);
        const HandshakeMessages messages = messages_of(clear.handshake);
        auto found = requests_among(messages, "TLS records");
        if (!found.empty()) {
            const bool to_the_end = clear.end == ClearRecords::End::bytes;
            found.back().left_over = left_over(messages) + (to_the_end ? bytes.size() - clear.after : 0);
            return found;
        }
        if (at == 0 && messages.whole) {
            return {};
        }
    }
    const HandshakeMessages messages = messages_of(bytes);
    const bool cut_request =
        !messages.list.empty() && bytes[1] == 0 && messages.list.front().type == HandshakeType::certificate_request;
    if (cut_request || (messages.whole && !messages.list.empty())) {
        auto found = requests_among(messages, "handshake message");
        if (!found.empty()) {
            found.back().left_over = left_over(messages);
        }
        return found;
    }
    return {{bytes, message_body, std::nullopt, true, 0}};
}

} // namespace mtls::explain
