#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "probe/verdict/command.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/faults.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

/// What was sent and what came back.
std::string refusal(const Facts& facts, const CandidateFacts& candidate)
{
    const Observation& seen = facts.observations[candidate.attempt->observation];
    std::string text = fmt::format("{}: {}: {}; ", label(candidate), where(seen), ending(seen));
    if (seen.certificate_sent) {
        text += "the certificate was sent";
    } else if (seen.certificate_requests.empty()) {
        text += "the server had not asked, so no certificate was sent";
    } else {
        text += "the server had asked, but no certificate was sent";
    }
    if (seen.alert && *meaning(seen.alert->code) != '\0') {
        text += fmt::format("; the alert means that {}", meaning(seen.alert->code));
    }
    if (seen.certificate_sent && seen.http && seen.http->status == 401) {
        text += "; a 401 asks for a password, a token or the like, and the certificate itself may have been taken";
    }
    if (const std::string hint = server_log_hint(facts, seen); !hint.empty() && seen.certificate_sent) {
        text += "; " + hint;
    }
    return text;
}

/// Refused for a date, by an alert; and every date that is known here is good.
bool is_out_of_date_there(const Facts& facts, const CandidateFacts& candidate)
{
    const Observation& seen = facts.observations[candidate.attempt->observation];
    return seen.alert && seen.alert->direction == observation::Direction::received && seen.certificate_sent &&
           seen.alert->code == wire::AlertDescription::certificate_expired &&
           validity(facts, candidate.leaf) == Validity::valid &&
           ca_above_that_is(Validity::over, facts, candidate) == nullptr &&
           ca_above_that_is(Validity::begun_not, facts, candidate) == nullptr;
}

/// Apache gives no closer alert for a list that has expired, and a candidate of a CA that is named gives no other
/// reason.
bool may_be_apaches_revocation_list(const Facts& facts, const CandidateFacts& candidate)
{
    const Observation& seen = facts.observations[candidate.attempt->observation];
    return seen.alert && seen.alert->direction == observation::Direction::received && seen.certificate_sent &&
           seen.alert->code == wire::AlertDescription::certificate_unknown && is_fit(facts, candidate) &&
           flaws_to_mind(facts, candidate).empty() && candidate.issuer_match.advertised == true;
}

/// What is left of an alert whose plain meaning the candidate rules out; nothing if it does not.
std::vector<std::string> what_else_it_means(const Facts& facts, const CandidateFacts& candidate)
{
    if (!is_out_of_date_there(facts, candidate)) {
        return {};
    }
    std::string text = fmt::format("{}: its dates are good", label(candidate));
    if (!candidate.above.empty()) {
        text += ", and those of the CAs above it that are known here";
    }
    return {text + "; then a revocation list at the server has expired (everybody is refused from one minute to the "
                   "next), a CA that the server has, or its clock is wrong"};
}

/// With the no-certificate attempt beside it one sees whether the certificate made a difference.
std::string comparison(const Facts& facts)
{
    const Observation& seen = facts.observations[facts.without_certificate->observation];
    std::string text = fmt::format("without a certificate, {}: {}", where(seen), ending(seen));
    if (seen.http && seen.http->status == 403) {
        if (const std::string hint = server_log_hint(facts, seen); !hint.empty()) {
            text += ", and " + hint;
        }
    }
    return text;
}

/// A key that can make no signature that the server takes stays at home; what is refused then is an empty answer.
bool was_sent(const Facts& facts, const std::vector<const CandidateFacts*>& candidates)
{
    return std::any_of(candidates.begin(), candidates.end(), [&](const CandidateFacts* each) {
        return facts.observations[each->attempt->observation].certificate_sent;
    });
}

/// No connection got an answer in HTTP, and this one was closed on our request, after a handshake with the certificate.
bool may_speak_no_http(const Facts& facts, const Observation& seen)
{
    const bool closed = seen.outcome == observation::Outcome::closed || seen.outcome == observation::Outcome::reset;
    return closed && seen.http_requested && seen.handshake_completed && seen.certificate_sent && !seen.data_received &&
           std::none_of(facts.observations.begin(), facts.observations.end(),
                        [](const Observation& other) { return other.http.has_value(); });
}

/// Below TLS 1.3 the server's Finished comes after our Certificate.
std::string why_no_http(const Observation& seen)
{
    const bool took_it = seen.negotiated && seen.negotiated->version < wire::ProtocolVersion::tls13 &&
                         seen.certificate_requests.front().stage == observation::Stage::handshake;
    const char* const went_well =
        took_it ? "the server had the certificate when it completed the handshake" : "the handshake was complete";
    return fmt::format("{}: {}, and no connection of this run got an answer in HTTP, so the server may speak another "
                       "protocol and hang up on our request",
                       where(seen), went_well);
}

Remedy let_the_handshake_decide(const Facts& facts)
{
    return {"any",
            "If it speaks no HTTP (MQTT, LDAP, AMQP ...), send it no request, and the handshake decides:",
            {command_with_candidates(facts.target, "--no-http", {"--path", "--method", "--alpn"})}};
}

bool all_are(const Facts& facts, const std::vector<const CandidateFacts*>& found, bool (*holds)(const Observation&))
{
    return std::all_of(found.begin(), found.end(), [&](const CandidateFacts* each) {
        return holds(facts.observations[each->attempt->observation]);
    });
}

/// Without a certificate TLS, or nginx for it, refuses; with one there is an answer about something else.
bool is_let_through_tls(const Facts& facts, const std::vector<const CandidateFacts*>& found)
{
    if (!facts.without_certificate) {
        return false;
    }
    const Observation& without = facts.observations[facts.without_certificate->observation];
    const bool demanded = without.http
                              ? without.http->certificate_page == observation::CertificatePage::none_sent
                              : without.alert && without.alert->code == wire::AlertDescription::certificate_required;
    return demanded && !answer_is_from_behind(without) && all_are(facts, found, [](const Observation& seen) {
               return seen.certificate_sent && seen.http && (seen.http->status == 401 || seen.http->status == 403) &&
                      !seen.http->substatus;
           });
}

std::optional<Finding> rejected(const Facts& facts, RejectedBy by, const char* id, std::string_view how)
{
    const auto found = candidates_where(
        facts, [by](const CandidateFacts& each) { return was_rejected(each) && each.attempt->by == by; });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = id, .severity = Severity::info};
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::critical));
        finding.evidence.push_back(refusal(facts, *each));
        std::ranges::copy(what_else_it_means(facts, *each), std::back_inserter(finding.evidence));
    }
    if (facts.without_certificate) {
        finding.evidence.push_back(comparison(facts));
    }
    const Observation& first = facts.observations[found.front()->attempt->observation];
    finding.summary = was_sent(facts, found)
                          ? fmt::format("The server refuses {}{}: {}", labels(found), how, ending_in_short(first))
                          : fmt::format("The server refuses the connection{}, and {} was not sent: {}", how,
                                        labels(found), ending_in_short(first));
    if (std::all_of(found.begin(), found.end(),
                    [&](const CandidateFacts* each) { return is_out_of_date_there(facts, *each); })) {
        finding.summary += ", though the dates of the certificate are good: a revocation list or a CA at the server "
                           "has likely expired";
        finding.remedies = renew_what_is_out_of_date_there();
    }
    if (std::all_of(found.begin(), found.end(),
                    [&](const CandidateFacts* each) { return may_be_apaches_revocation_list(facts, *each); })) {
        std::ranges::copy_if(renew_what_is_out_of_date_there(), std::back_inserter(finding.remedies),
                             [](const Remedy& remedy) { return remedy.applies_to == "apache"; });
    }
    if (all_are(facts, found, [](const Observation& seen) { return answer_is_from_behind(seen); })) {
        finding.remedies = pass_the_certificate_on();
        if (was_sent(facts, found)) {
            finding.summary =
                fmt::format("The server lets {} pass, and one behind it, which demands a certificate on its own "
                            "connection, refuses: {}",
                            labels(found), ending_in_short(first));
        }
    } else if (is_let_through_tls(facts, found)) {
        finding.remedies = look_into_the_access_rules();
        finding.summary = fmt::format("TLS takes {}, and access rules or the application refuse{}: {}", labels(found),
                                      found.size() == 1 ? " it" : " them", ending_in_short(first));
        finding.evidence.emplace_back("who has no certificate is refused for that, and these are refused otherwise: so "
                                      "their certificates have likely passed");
    } else {
        std::ranges::copy(look_into_the_servers_log(facts), std::back_inserter(finding.remedies));
    }
    if (may_speak_no_http(facts, first)) {
        finding.summary += ", or it speaks no HTTP";
        finding.evidence.push_back(why_no_http(first));
        finding.remedies.insert(finding.remedies.begin(), let_the_handshake_decide(facts));
    }
    return finding;
}

} // namespace

std::optional<Finding> rejected_by_alert(const Facts& facts)
{
    auto finding = rejected(facts, RejectedBy::alert, "rejected-by-alert", "");
    if (finding) {
        finding->references = {"RFC 8446 §6.2", "RFC 5246 §7.2.2"};
    }
    return finding;
}

std::optional<Finding> rejected_by_http(const Facts& facts)
{
    auto finding = rejected(facts, RejectedBy::http, "rejected-by-http", "");
    if (finding) {
        finding->references = {"RFC 9110 §15.5", "Microsoft: HTTP status codes in IIS (403.7, 403.13, 403.16, 403.17)"};
    }
    return finding;
}

std::optional<Finding> rejected_by_close(const Facts& facts)
{
    auto finding = rejected(facts, RejectedBy::close, "rejected-by-close", " without a word");
    if (finding) {
        finding->references = {"RFC 8446 §6.2", "RFC 8446 §4.4.2.4"};
    }
    return finding;
}

std::optional<Finding> accepted_unexpectedly(const Facts& facts)
{
    if (facts.expect_outcome != ExpectOutcome::reject) {
        return std::nullopt;
    }
    const auto found = candidates_where(facts, [](const CandidateFacts& each) {
        return each.attempt && each.attempt->result == AttemptResult::accepted;
    });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "accepted-unexpectedly", .severity = Severity::critical};
    finding.candidates = places(facts, found);
    finding.summary = fmt::format("The server accepts a certificate that it should refuse: {}", labels(found));
    for (const CandidateFacts* each : found) {
        const Observation& seen = facts.observations[each->attempt->observation];
        finding.evidence.push_back(
            fmt::format("{}: {}: the certificate was sent; {}", label(*each), where(seen), ending(seen)));
    }
    finding.remedies = {
        {"any",
         "Take the CA that issued it out of what the server trusts, or revoke the certificate and let the "
         "server check revocation.",
         {}}};
    finding.references = {"RFC 5280 §6"};
    return finding;
}

} // namespace mtls::verdict::rules
