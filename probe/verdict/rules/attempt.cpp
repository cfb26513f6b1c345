#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "probe/verdict/judge.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/rules/sightings.hpp"

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

/// The connection of a normal client, if it was let in without a certificate.
std::vector<std::size_t> normal_door(const Facts& facts)
{
    const auto& tried = facts.without_certificate;
    return tried && tried->result == AttemptResult::accepted ? std::vector{tried->observation}
                                                             : std::vector<std::size_t>{};
}

/// Every variant that was let in: a door that is shut by name and open without one, or in an older version, is open.
std::vector<std::size_t> open_doors(const Facts& facts)
{
    std::vector<std::size_t> doors;
    for (std::size_t index = 0; index < facts.observations.size(); ++index) {
        if (facts.observations[index].purpose == observation::Purpose::variant &&
            classify(facts.observations[index], index).result == AttemptResult::accepted) {
            doors.push_back(index);
        }
    }
    return doors;
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
    }
    if (facts.without_certificate) {
        finding.evidence.push_back(comparison(facts));
    }
    const Observation& first = facts.observations[found.front()->attempt->observation];
    finding.summary = was_sent(facts, found)
                          ? fmt::format("The server refuses {}{}: {}", labels(found), how, ending_in_short(first))
                          : fmt::format("The server refuses the connection{}, and {} was not sent: {}", how,
                                        labels(found), ending_in_short(first));
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
        finding.remedies = look_into_the_servers_log(facts);
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

std::optional<Finding> accepted_without_certificate(const Facts& facts)
{
    const bool must_be_shut = facts.expect_outcome == ExpectOutcome::reject;
    const auto doors = must_be_shut ? open_doors(facts) : normal_door(facts);
    if (doors.empty() || (!must_be_shut && request_of(facts) == nullptr)) {
        return std::nullopt; // a server that never asks is no-certificate-request
    }
    Finding finding{.id = "accepted-without-certificate",
                    .severity = must_be_shut ? Severity::critical : Severity::info};
    finding.summary = normal_door(facts).empty()
                          ? "The server lets clients in that have no certificate, if they come another way"
                          : "The server lets clients in that have no certificate";
    Sightings open;
    for (const std::size_t door : doors) {
        open.add(facts.observations[door], "no certificate was sent; " + ending(facts.observations[door]));
    }
    finding.evidence = open.lines();
    finding.remedies = require_a_certificate();
    finding.references = {"RFC 8446 §4.4.2.4", "RFC 5246 §7.4.6"};
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
