#include "probe/explain/captured.hpp"

#include <algorithm>

#include "probe/explain/records.hpp"
#include "probe/wire/alert.hpp"

namespace mtls::explain {

namespace {

using capture::Assembled;
using capture::Conversation;
using wire::Bytes;
using wire::HandshakeType;
using wire::ProtocolVersion;
using Reading = CapturedConnection::Reading;

/// Where a handshake record begins whose first message is of this type. What stands before it is somebody's plain text.
std::optional<std::size_t> find_hello(Bytes bytes, HandshakeType type)
{
    constexpr std::size_t longest_prelude = std::size_t{64} << 10U;
    constexpr std::size_t to_length = 7; // record header, type, the highest byte of a length that is never large
    for (std::size_t at = 0; at + to_length <= bytes.size() && at < longest_prelude; ++at) {
        if (bytes[at] == 22 && record_at(bytes, at) && bytes[at + 5] == static_cast<std::uint8_t>(type) &&
            bytes[at + 6] == 0) {
            return at;
        }
    }
    return std::nullopt;
}

/// What the client said of itself.
struct Client {
    std::optional<std::string> sni;
    std::optional<ClientRandom> random;
};

Client client_of(Bytes stream)
{
    constexpr std::size_t version = 2;
    const auto start = find_hello(stream, HandshakeType::client_hello);
    if (!start) {
        return {};
    }
    Client client;
    const auto content = clear_records(stream, *start).handshake;
    const auto messages = messages_of(content);
    if (messages.list.empty()) {
        return {};
    }
    const Bytes body = messages.list.front().body;
    client.sni = server_name_of_client_hello(body);
    ClientRandom random{};
    if (body.size() >= version + random.size()) {
        std::copy_n(body.begin() + version, random.size(), random.begin());
        client.random = random;
    }
    return client;
}

bool has(const HandshakeMessages& messages, HandshakeType type)
{
    return std::any_of(messages.list.begin(), messages.list.end(),
                       [&](const HandshakeMessage& one) { return one.whole && one.type == type; });
}

Reading judge(const CapturedConnection& connection, const ClearRecords& clear, const HandshakeMessages& messages)
{
    using End = ClearRecords::End;
    if (has(messages, HandshakeType::certificate_request)) {
        return Reading::request;
    }
    const bool protected_next = clear.end == End::change_cipher_spec || clear.end == End::application_data;
    if (connection.version == ProtocolVersion::tls13 && protected_next) {
        return Reading::encrypted;
    }
    if (has(messages, HandshakeType::server_hello_done)) {
        return Reading::no_request;
    }
    if (clear.end == End::alert) {
        return Reading::refused;
    }
    return connection.version && protected_next ? Reading::resumed : Reading::incomplete;
}

/// Opens what TLS 1.3 protects: the flight of the clear part is then read again as a whole.
void decrypt(CapturedFlight& flight, Bytes stream, const ServerSecrets& secrets)
{
    const auto handshake = decrypted_handshake(stream, secrets);
    if (!handshake) {
        return;
    }
    const HandshakeMessages messages = messages_of(*handshake);
    flight.connection.decrypted = true;
    flight.requests = requests_among(messages, "TLS records, decrypted");
    flight.connection.reading = !flight.requests.empty()                 ? Reading::request
                                : has(messages, HandshakeType::finished) ? Reading::no_request
                                                                         : Reading::incomplete;
}

CapturedFlight read_flight(const Assembled& sent, std::size_t start, const ServerSecrets* secrets)
{
    CapturedFlight flight;
    const ClearRecords clear = clear_records(sent.bytes, start);
    const HandshakeMessages messages = messages_of(clear.handshake);
    flight.requests = requests_among(messages, "TLS records");
    for (const HandshakeMessage& message : messages.list) {
        if (message.type == HandshakeType::server_hello) {
            flight.connection.version = version_of_server_hello(message.body);
        }
    }
    if (clear.alert) {
        if (const auto alert = wire::parse_alert(*clear.alert)) {
            flight.connection.alert = alert->description;
        }
    }
    flight.connection.reading = judge(flight.connection, clear, messages);
    if (flight.connection.reading == Reading::encrypted && secrets != nullptr) {
        decrypt(flight, Bytes{sent.bytes}.subspan(start), *secrets);
    }
    if (clear.end == ClearRecords::End::bytes || flight.connection.decrypted) {
        flight.connection.lost = sent.lost;
    }
    return flight;
}

} // namespace

const char* to_string(Reading reading)
{
    switch (reading) {
    case Reading::request:
        return "request";
    case Reading::no_request:
        return "no_request";
    case Reading::resumed:
        return "resumed";
    case Reading::encrypted:
        return "encrypted";
    case Reading::refused:
        return "refused";
    case Reading::incomplete:
        return "incomplete";
    }
    return "";
}

std::optional<CapturedFlight> read_conversation(const Conversation& conversation, const SessionSecrets& secrets)
{
    const auto hello_of_other = find_hello(conversation.from_other.bytes, HandshakeType::server_hello);
    const auto hello_of_opener = find_hello(conversation.from_opener.bytes, HandshakeType::server_hello);
    const bool asked_by_opener = find_hello(conversation.from_opener.bytes, HandshakeType::client_hello).has_value();
    const bool asked_by_other = find_hello(conversation.from_other.bytes, HandshakeType::client_hello).has_value();
    if (!hello_of_other && !hello_of_opener && !asked_by_opener && !asked_by_other) {
        return std::nullopt;
    }
    const bool opener_serves = hello_of_opener ? !hello_of_other : asked_by_other && !asked_by_opener;
    const Assembled& server = opener_serves ? conversation.from_opener : conversation.from_other;
    const Assembled& client = opener_serves ? conversation.from_other : conversation.from_opener;
    const Client said = client_of(client.bytes);
    const std::size_t start = (opener_serves ? hello_of_opener : hello_of_other).value_or(0);
    CapturedFlight flight = read_flight(server, start, said.random ? secrets.find(*said.random) : nullptr);
    flight.connection.number = conversation.number;
    flight.connection.server = opener_serves ? conversation.opener : conversation.other;
    flight.connection.client = opener_serves ? conversation.other : conversation.opener;
    flight.connection.sni = said.sni;
    return flight;
}

} // namespace mtls::explain
