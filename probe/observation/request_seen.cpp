#include "probe/observation/request_seen.hpp"

#include <unordered_map>
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

std::shared_ptr<const RequestSeen> remembered_request(Stage stage, std::optional<wire::HandshakeType> after,
                                                      wire::ProtocolVersion version, std::span<const std::uint8_t> body)
{
    constexpr std::size_t most = 512UL * 1024; // bytes of bodies; what is made of them takes up to fifty times as much
    thread_local std::unordered_map<std::string, std::shared_ptr<const RequestSeen>> known;
    thread_local std::size_t bytes = 0;
    const auto number = static_cast<std::uint16_t>(version);
    std::string key{static_cast<char>(stage), static_cast<char>(after.has_value()),
                    static_cast<char>(after.value_or(wire::HandshakeType{})), static_cast<char>(number >> 8U),
                    static_cast<char>(number)};
    key.append(reinterpret_cast<const char*>(body.data()), body.size());
    if (const auto found = known.find(key); found != known.end()) {
        return found->second;
    }
    if (bytes += body.size(); bytes > most) {
        known.clear();
        bytes = body.size();
    }
    auto seen = std::make_shared<const RequestSeen>(read_request(stage, after, version, {body.begin(), body.end()}));
    return known.emplace(std::move(key), std::move(seen)).first->second;
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
