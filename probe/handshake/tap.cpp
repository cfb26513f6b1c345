#include "probe/handshake/tap.hpp"

#include "probe/wire/alert.hpp"
#include "probe/wire/certificate.hpp"

namespace mtls::handshake {

using observation::Direction;
using observation::Phase;
using observation::Side;
using observation::Stage;
using wire::HandshakeType;
using wire::ProtocolVersion;

namespace {

constexpr std::size_t header = 4;          // RFC 8446 §4: msg_type and uint24 length
constexpr std::size_t most_messages = 300; // an honest connection has about 10, or 20 with a renegotiation
constexpr std::size_t most_requests = 8;

/// RFC 5246 §7.4.2, RFC 8446 §4.4.2: an empty Certificate is a zero list length, in 1.3 behind an empty context.
bool holds_a_certificate(ProtocolVersion version, std::span<const std::uint8_t> body)
{
    const auto message = wire::parse_certificate(version, body);
    return !message.certificates.empty();
}

} // namespace

Tap::Tap(observation::Observation& seen, std::chrono::steady_clock::time_point began) : seen_{seen}, began_{began} {}

bool Tap::flooded() const
{
    return heard_ > most_messages || seen_.certificate_requests.size() >= most_requests;
}

void Tap::handshake_completed()
{
    seen_.handshake_completed = true;
    last_of_server_.reset();
}

void Tap::message(Side from, ProtocolVersion version, std::span<const std::uint8_t> bytes)
{
    if (bytes.size() < header || ++heard_ > most_messages) {
        return;
    }
    const auto type = static_cast<HandshakeType>(bytes[0]);
    const std::chrono::duration<double, std::milli> at = std::chrono::steady_clock::now() - began_;
    seen_.messages.push_back({.from = from, .type = type, .bytes = bytes.size(), .at_ms = at.count()});
    const auto body = bytes.subspan(header);
    if (from == Side::server) {
        server_message(type, version, body);
        if (type != HandshakeType::new_session_ticket) { // comes when it likes, and opens no flight
            last_of_server_ = type;
        }
        return;
    }
    last_of_server_.reset();
    if (type == HandshakeType::certificate && holds_a_certificate(version, body)) {
        seen_.certificate_sent = true;
    }
}

void Tap::server_message(HandshakeType type, ProtocolVersion version, std::span<const std::uint8_t> body)
{
    if (type == HandshakeType::certificate && seen_.server_certificates.empty()) {
        for (const auto& der : wire::parse_certificate(version, body).certificates) {
            if (auto certificate = x509::Certificate::skim(der)) {
                seen_.server_certificates.push_back(std::move(*certificate));
            }
        }
    }
    if (type == HandshakeType::certificate_request && seen_.certificate_requests.size() < most_requests) {
        const Stage late = version == ProtocolVersion::tls13 ? Stage::post_handshake : Stage::renegotiation;
        seen_.certificate_requests.push_back(observation::remembered_request(
            seen_.handshake_completed ? late : Stage::handshake, last_of_server_, version, body));
    }
}

void Tap::cut_short(ProtocolVersion version, std::span<const std::uint8_t> bytes)
{
    if (bytes.size() < header || static_cast<HandshakeType>(bytes[0]) != HandshakeType::certificate_request ||
        flooded()) {
        return;
    }
    const auto body = bytes.subspan(header);
    auto request = observation::read_request(Stage::handshake, last_of_server_, version, {body.begin(), body.end()});
    request.complete = false;
    seen_.certificate_requests.push_back(std::move(request));
}

void Tap::alert(Direction direction, ProtocolVersion version, std::span<const std::uint8_t> bytes)
{
    const auto alert = wire::parse_alert(bytes);
    if (!alert) {
        return;
    }
    // The first one that ends the connection is the reason; what follows is its echo.
    if (!seen_.alert && wire::is_fatal(*alert, version)) {
        seen_.alert = observation::AlertSeen{
            .direction = direction,
            .code = alert->description,
            .phase = seen_.handshake_completed ? Phase::after_handshake : Phase::handshake,
        };
    }
}

} // namespace mtls::handshake
