#include "probe/observation/observation.hpp"

#include <utility>

namespace mtls::observation {

namespace {

Authority decode(const wire::DistinguishedName& entry)
{
    Authority authority;
    authority.name = x509::Name::remembered(entry.der);
    authority.is_name = !entry.error && authority.name.is_name();
    authority.error = authority.name.error();
    if (entry.error) {
        authority.error = std::string{wire::to_string(entry.error->reason)} + " at byte " +
                          std::to_string(entry.error->offset) + " of the message";
    } else if (!authority.is_name && !authority.error) {
        authority.error = "not one DER Name";
    }
    return authority;
}

/// RFC 8446 §4.3.2
///    This field SHALL be zero length unless used for the post-handshake authentication exchanges
///
/// The context is the first field, so nothing else comes before it that could be wrong.
void note_context(RequestSeen& seen)
{
    const bool broken_itself = seen.request.error && seen.request.error->offset == 0;
    if (seen.stage == Stage::handshake && !seen.request.certificate_request_context.empty() && !broken_itself) {
        seen.request.error = wire::ParseError{wire::Reason::bad_value, "certificate_request_context", 0};
    }
}

} // namespace

RequestSeen read_request(Stage stage, std::optional<wire::HandshakeType> after, wire::ProtocolVersion version,
                         std::vector<std::uint8_t> body)
{
    RequestSeen seen;
    seen.stage = stage;
    seen.after = after;
    seen.raw = std::move(body);
    seen.request = wire::parse_certificate_request(version, seen.raw);
    note_context(seen);
    if (seen.request.certificate_authorities) {
        seen.authorities.reserve(seen.request.certificate_authorities->size());
        for (const wire::DistinguishedName& entry : *seen.request.certificate_authorities) {
            seen.authorities.push_back(decode(entry));
        }
    }
    return seen;
}

const char* to_string(Purpose purpose)
{
    return purpose == Purpose::variant ? "variant" : "candidate";
}

const char* to_string(Outcome outcome)
{
    switch (outcome) {
    case Outcome::completed:
        return "completed";
    case Outcome::alert:
        return "alert";
    case Outcome::closed:
        return "closed";
    case Outcome::reset:
        return "reset";
    case Outcome::refused:
        return "refused";
    case Outcome::unreachable:
        return "unreachable";
    case Outcome::timeout:
        return "timeout";
    case Outcome::not_tls:
        return "not_tls";
    case Outcome::protocol_error:
        break;
    }
    return "protocol_error";
}

const char* to_string(Direction direction)
{
    return direction == Direction::received ? "received" : "sent";
}

const char* to_string(Phase phase)
{
    return phase == Phase::handshake ? "handshake" : "after_handshake";
}

const char* to_string(Side side)
{
    return side == Side::client ? "client" : "server";
}

const char* to_string(Stage stage)
{
    switch (stage) {
    case Stage::handshake:
        return "handshake";
    case Stage::renegotiation:
        return "renegotiation";
    case Stage::post_handshake:
        break;
    }
    return "post_handshake";
}

} // namespace mtls::observation
