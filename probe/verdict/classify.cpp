#include <algorithm>

#include "probe/verdict/judge.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Outcome;

namespace {

/// Whether the door opened, whoever stood before it.
struct Door {
    AttemptResult result = AttemptResult::undetermined;
    std::optional<RejectedBy> by;
};

constexpr Door undetermined{};

/// A 403 whose page says that it is about something else. IIS looks for a document only when certificate, logon and
/// access are done (403.14: no default document); by its addresses it turns clients away before all of that (403.6,
/// 403.501, 403.502). Microsoft: "HTTP status code overview".
std::optional<Door> by_other_reason(const observation::HttpAnswer& http)
{
    if (http.status != 403 || !http.substatus) {
        return std::nullopt;
    }
    switch (*http.substatus) {
    case 14:
        return Door{AttemptResult::accepted, RejectedBy::http};
    case 6:
    case 501:
    case 502:
        return undetermined;
    default:
        return std::nullopt;
    }
}

Door by_http(const observation::HttpAnswer& http)
{
    if (const auto door = by_other_reason(http)) {
        return *door;
    }
    const int status = http.status;
    switch (status) {
    case 400:
    case 401:
    case 403:
    case 495:
    case 496:
        return {AttemptResult::rejected, RejectedBy::http};
    case 404:
    case 405:
        return {AttemptResult::accepted, RejectedBy::http};
    default:
        break;
    }
    if (status >= 200 && status <= 399) {
        return {AttemptResult::accepted, RejectedBy::http};
    }
    return undetermined;
}

bool asked(const Observation& seen)
{
    return !seen.certificate_requests.empty();
}

/// Whether our answer to the request went out. An observation without messages does not say otherwise.
bool answer_was_sent(const Observation& seen)
{
    return seen.messages.empty() ||
           std::any_of(seen.messages.begin(), seen.messages.end(), [](const observation::Message& message) {
               return message.from == observation::Side::client &&
                      (message.type == wire::HandshakeType::certificate ||
                       message.type == wire::HandshakeType::client_key_exchange);
           });
}

Door by_alert(const Observation& seen, const observation::AlertSeen& alert)
{
    if (alert.direction == observation::Direction::sent) {
        return undetermined; // we left: it says nothing about what the server thinks
    }
    const bool about_us = asked(seen) || alert.phase == observation::Phase::after_handshake;
    return about_us ? Door{AttemptResult::rejected, RejectedBy::alert} : undetermined;
}

/// Data on a connection where we asked for none proves that the server goes on with us. Half an HTTP answer, or one in
/// another tongue, proves nothing; nor does the SETTINGS frame that every HTTP/2 server sends first (RFC 9113 §3.4).
bool data_proves(const Observation& seen)
{
    return !seen.http_requested && !(seen.negotiated && seen.negotiated->alpn == "h2");
}

Door by_close(const Observation& seen)
{
    if (seen.data_received) {
        return data_proves(seen) ? Door{AttemptResult::accepted, std::nullopt} : undetermined;
    }
    if (seen.handshake_completed || (asked(seen) && answer_was_sent(seen))) {
        return {AttemptResult::rejected, RejectedBy::close};
    }
    return undetermined;
}

/// RFC 8446 §4.4.2.4
///    If the client does not send any certificates [...], the server MAY at its discretion either continue the
///    handshake without client authentication or abort the handshake with a "certificate_required" alert.
///
/// In TLS 1.3 our side completes before the server has read that message, so a completed handshake proves nothing.
Door by_silence(const Observation& seen)
{
    if (!seen.handshake_completed) {
        return undetermined;
    }
    if (seen.data_received) {
        return data_proves(seen) ? Door{AttemptResult::accepted, std::nullopt} : undetermined;
    }
    const bool before_13 = seen.negotiated && seen.negotiated->version < wire::ProtocolVersion::tls13;
    const bool listened = seen.settled || seen.outcome == Outcome::completed;
    return before_13 && !seen.http_requested && listened ? Door{AttemptResult::accepted, std::nullopt} : undetermined;
}

Door door(const Observation& seen)
{
    if (seen.list_only) {
        return undetermined; // we did not even try the door
    }
    if (seen.http) {
        return by_http(*seen.http);
    }
    if (seen.alert) {
        return by_alert(seen, *seen.alert);
    }
    switch (seen.outcome) {
    case Outcome::closed:
    case Outcome::reset:
        return by_close(seen);
    case Outcome::completed:
    case Outcome::timeout:
        return by_silence(seen);
    case Outcome::alert:
    case Outcome::refused:
    case Outcome::unreachable:
    case Outcome::not_tls:
    case Outcome::protocol_error:
        break;
    }
    return undetermined;
}

/// The connection went as far as it would have gone without client authentication at all.
bool went_fine(const Observation& seen)
{
    return seen.http || (seen.handshake_completed && seen.outcome == Outcome::completed) ||
           door(seen).result == AttemptResult::accepted;
}

} // namespace

Attempt classify(const Observation& seen, std::size_t index)
{
    const Door found = door(seen);
    Attempt attempt{index, found.result, found.by};
    if (!seen.candidate) {
        return attempt;
    }
    if (!asked(seen) && went_fine(seen)) {
        return {index, AttemptResult::not_requested, std::nullopt};
    }
    if (asked(seen) && !seen.certificate_sent && found.result == AttemptResult::accepted) {
        return {index, AttemptResult::undetermined, std::nullopt}; // let in, but not because of this certificate
    }
    return attempt;
}

} // namespace mtls::verdict
