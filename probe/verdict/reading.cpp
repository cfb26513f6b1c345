#include "probe/verdict/reading.hpp"

#include <algorithm>
#include <tuple>

#include "probe/verdict/judge.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Outcome;

namespace {

bool server_sent(const Observation& seen, wire::HandshakeType type)
{
    return std::any_of(seen.messages.begin(), seen.messages.end(), [type](const observation::Message& message) {
        return message.from == observation::Side::server && message.type == type;
    });
}

/// The version that was spoken or, before one was agreed on, the highest that was offered.
wire::ProtocolVersion version_of(const Observation& seen)
{
    if (seen.negotiated) {
        return seen.negotiated->version;
    }
    return seen.variant.tls_offered.empty() ? wire::ProtocolVersion{} : seen.variant.tls_offered.back();
}

/// Whether it is the same way to the same server, with every version that the other offers.
bool includes(const observation::Variant& wide, const observation::Variant& narrow)
{
    return wide.address == narrow.address && wide.port == narrow.port && wide.sni == narrow.sni &&
           std::includes(wide.tls_offered.begin(), wide.tls_offered.end(), narrow.tls_offered.begin(),
                         narrow.tls_offered.end());
}

Required required_by(const Attempt& without_certificate)
{
    switch (without_certificate.result) {
    case AttemptResult::accepted:
        return Required::no;
    case AttemptResult::rejected:
        return Required::yes;
    case AttemptResult::not_requested:
    case AttemptResult::undetermined:
        break;
    }
    return Required::undetermined;
}

} // namespace

bool answered(const Observation& seen)
{
    return seen.negotiated || seen.handshake_completed || !seen.certificate_requests.empty() ||
           server_sent(seen, wire::HandshakeType::server_hello);
}

std::optional<std::size_t> request_that_counts(const Observation& seen)
{
    std::size_t count = seen.certificate_requests.size();
    while (count > 0 && !seen.certificate_requests[count - 1].complete) {
        --count; // of a message that was cut short nobody knows what it would have said
    }
    return count == 0 ? std::nullopt : std::optional{count - 1};
}

std::optional<RequestPlace> request_elsewhere(const std::vector<Observation>& observations,
                                              std::optional<std::size_t> normal)
{
    const auto worth = [&](const RequestPlace& place) {
        const Observation& seen = observations[place.observation];
        const observation::RequestSeen& request = seen.certificate_requests[place.index];
        const bool same_way = normal && seen.variant.address == observations[*normal].variant.address &&
                              seen.variant.port == observations[*normal].variant.port &&
                              seen.variant.sni == observations[*normal].variant.sni;
        return std::tuple{request.complete, request.stage != observation::Stage::handshake, same_way};
    };
    std::optional<RequestPlace> best;
    for (std::size_t at = 0; at < observations.size(); ++at) {
        const std::size_t count = observations[at].certificate_requests.size();
        if (count == 0) {
            continue;
        }
        const RequestPlace place{at, request_that_counts(observations[at]).value_or(count - 1)};
        if (!best || worth(place) > worth(*best)) {
            best = place;
        }
    }
    return best;
}

RequestStatus status_of(const Observation& seen)
{
    const auto index = request_that_counts(seen);
    if (!index) {
        // The place for a CertificateRequest is before ServerHelloDone (RFC 5246 §7.4.4) or, in TLS 1.3, before the
        // server's Finished (RFC 8446 §4.3.2).
        // One that was cut short is no request that never came.
        const bool flight_complete =
            seen.certificate_requests.empty() &&
            (seen.handshake_completed || server_sent(seen, wire::HandshakeType::server_hello_done) ||
             server_sent(seen, wire::HandshakeType::finished));
        return flight_complete ? RequestStatus::none : RequestStatus::undetermined;
    }
    return status_of(seen.certificate_requests[*index]);
}

RequestStatus status_of(const observation::RequestSeen& request)
{
    const bool only_names = std::all_of(request.authorities.begin(), request.authorities.end(),
                                        [](const observation::Authority& authority) { return authority.is_name; });
    if (!request.complete || request.request.framing_broken || !only_names) {
        return RequestStatus::malformed;
    }
    return request.authorities.empty() ? RequestStatus::empty : RequestStatus::list;
}

bool may_still_ask(const Observation& seen)
{
    const bool unanswered = seen.http_requested && !seen.http && !seen.data_received;
    return seen.certificate_requests.empty() && (unanswered || seen.list_only);
}

bool broke_off(const Observation& seen)
{
    return seen.outcome != observation::Outcome::completed && !seen.http;
}

bool same_place_and_name(const Observation& left, const Observation& right)
{
    return left.variant.address == right.variant.address && left.variant.port == right.variant.port &&
           left.variant.sni == right.variant.sni;
}

bool broke_off_before_asking(const Observation& seen)
{
    const bool by_server = (seen.alert && seen.alert->direction == observation::Direction::received) ||
                           seen.outcome == Outcome::closed || seen.outcome == Outcome::reset;
    return seen.purpose == observation::Purpose::variant && by_server && answered(seen) && !seen.handshake_completed &&
           seen.certificate_requests.empty() && status_of(seen) == RequestStatus::undetermined;
}

bool answers_in_place_of(const Observation& other, const Observation& broken)
{
    return other.purpose == observation::Purpose::variant && same_place_and_name(other, broken) &&
           status_of(other) != RequestStatus::undetermined;
}

bool left_open(const Facts& facts, const std::optional<Attempt>& attempt)
{
    return attempt && attempt->result == AttemptResult::undetermined &&
           broke_off(facts.observations[attempt->observation]);
}

bool every_answer_is_open(const Facts& facts)
{
    bool sent = false;
    for (const CandidateFacts& candidate : facts.candidates) {
        if (!candidate.attempt || !facts.observations[candidate.attempt->observation].certificate_sent) {
            continue;
        }
        if (candidate.attempt->result != AttemptResult::undetermined) {
            return false;
        }
        sent = true;
    }
    return sent;
}

bool answer_is_from_behind(const Observation& seen)
{
    if (!seen.http || seen.list_only) {
        return false;
    }
    const auto page = seen.http->certificate_page;
    return seen.certificate_requests.empty() ? page != observation::CertificatePage::other
                                             : seen.certificate_sent && page == observation::CertificatePage::none_sent;
}

bool may_come_from_behind_the_door(const Facts& facts, const Attempt& attempt)
{
    if (!facts.without_certificate || attempt.result != AttemptResult::rejected) {
        return false;
    }
    const Observation& with = facts.observations[attempt.observation];
    const Observation& without = facts.observations[facts.without_certificate->observation];
    if (!with.certificate_sent) {
        return false;
    }
    if (answer_is_from_behind(with)) {
        return true;
    }
    if (attempt.by == RejectedBy::close) {
        return facts.without_certificate->by == RejectedBy::alert;
    }
    if (!with.http || !without.http) {
        return with.http && (with.http->status == 401 || (with.http->status == 400 && !with.http->about_certificate));
    }
    const bool asks_for_more = with.http->status == 401 && without.http->status != 401;
    const bool other_page =
        with.http->status == 400 && without.http->about_certificate && !with.http->about_certificate;
    return asks_for_more || other_page;
}

bool an_expected_outcome_is_open(const Facts& facts)
{
    const auto is_open = [](const std::optional<Attempt>& attempt) {
        return !attempt || attempt->result == AttemptResult::undetermined;
    };
    const bool shut = facts.expect_outcome == ExpectOutcome::reject;
    return facts.expect_outcome != ExpectOutcome::unset &&
           ((shut && is_open(facts.without_certificate)) ||
            std::any_of(facts.candidates.begin(), facts.candidates.end(), [&](const CandidateFacts& candidate) {
                return is_open(candidate.attempt) || (shut && may_come_from_behind_the_door(facts, *candidate.attempt));
            }));
}

bool nothing_compared(const Facts& facts)
{
    return facts.baseline && facts.reach.compared == 0 && facts.request.status != RequestStatus::undetermined;
}

std::vector<observation::Variant> unread_variants(const std::vector<Observation>& observations)
{
    const auto known_otherwise = [&](const Observation& seen) {
        return std::any_of(observations.begin(), observations.end(), [&](const Observation& other) {
            return same_place_and_name(other, seen) && status_of(other) != RequestStatus::undetermined;
        });
    };
    const auto we_left = [](const Observation& seen) {
        return seen.outcome == Outcome::protocol_error ||
               (seen.alert && seen.alert->direction == observation::Direction::sent);
    };
    const auto server_left = [](const Observation& seen) {
        return seen.outcome == Outcome::alert || seen.outcome == Outcome::closed || seen.outcome == Outcome::reset;
    };
    std::vector<observation::Variant> unread;
    for (const Observation& seen : observations) {
        const bool missed = status_of(seen) == RequestStatus::undetermined && !seen.list_only &&
                            !seen.handshake_completed && // a late request is in no first flight
                            seen.purpose == observation::Purpose::variant &&
                            (we_left(seen) || (server_left(seen) && !known_otherwise(seen)));
        const bool within_another = std::any_of(unread.begin(), unread.end(), [&](const observation::Variant& other) {
            return includes(other, seen.variant);
        });
        if (missed && !within_another) {
            unread.push_back(seen.variant);
        }
    }
    return unread;
}

std::vector<x509::Name> names_of(const observation::RequestSeen& request)
{
    std::vector<x509::Name> names;
    for (const observation::Authority& authority : request.authorities) {
        if (authority.is_name) {
            names.push_back(authority.name);
        }
    }
    return names;
}

std::optional<std::size_t> normal_variant(const std::vector<Observation>& observations,
                                          const std::optional<std::string>& sni)
{
    // A variant without the name is not what a normal client gets, unless the name was never tried (--no-sni).
    const bool tried = std::any_of(observations.begin(), observations.end(), [&](const Observation& seen) {
        return seen.purpose == observation::Purpose::variant && seen.variant.sni == sni;
    });
    // What the TLS library could not read may have been read again without it.
    const auto read_again = [&](const Observation& seen) {
        return status_of(seen) == RequestStatus::undetermined &&
               std::any_of(observations.begin(), observations.end(), [&](const Observation& other) {
                   return other.list_only && other.variant == seen.variant &&
                          status_of(other) != RequestStatus::undetermined;
               });
    };
    // A version that breaks off before the server asks says nothing of what it asks.
    const auto told_otherwise = [&](const Observation& seen) {
        return broke_off_before_asking(seen) &&
               std::any_of(observations.begin(), observations.end(),
                           [&](const Observation& other) { return answers_in_place_of(other, seen); });
    };
    std::optional<std::size_t> best;
    for (std::size_t index = 0; index < observations.size(); ++index) {
        const Observation& seen = observations[index];
        if (seen.purpose != observation::Purpose::variant || !answered(seen) || (tried && seen.variant.sni != sni) ||
            read_again(seen) || told_otherwise(seen)) {
            continue;
        }
        if (!best) {
            best = index;
            continue;
        }
        const Observation& first = observations[*best];
        if (seen.variant.address == first.variant.address && seen.variant.port == first.variant.port &&
            version_of(seen) > version_of(first)) {
            best = index;
        }
    }
    return best;
}

RequestReading read_request(const std::vector<Observation>& observations, const std::optional<std::string>& sni)
{
    RequestReading reading;
    reading.observation = normal_variant(observations, sni);
    if (!reading.observation) {
        return reading;
    }
    const Observation& seen = observations[*reading.observation];
    reading.status = status_of(seen);
    reading.index = request_that_counts(seen);
    reading.required = required_by(classify(seen, *reading.observation));
    return reading;
}

} // namespace mtls::verdict
