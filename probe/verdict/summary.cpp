#include "probe/verdict/summary.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "probe/verdict/causes.hpp"
#include "probe/verdict/doors.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Outcome;

namespace {

std::string one_line(const std::string& text)
{
    std::string safe;
    for (const char letter : text) {
        if (letter == '|') {
            safe += "\\7C";
        } else if (letter == '\n' || letter == '\r') {
            safe += ' ';
        } else {
            safe += letter;
        }
    }
    return safe;
}

bool speaks_of_version(const Observation& seen)
{
    return seen.alert && seen.alert->direction == observation::Direction::received &&
           seen.alert->code == wire::AlertDescription::protocol_version;
}

/// How much an end tells about why nothing could be asked: a wrong port says more than a dead second address.
int tells(const Observation& seen)
{
    switch (seen.outcome) {
    case Outcome::not_tls:
        return 6;
    case Outcome::alert:
        return speaks_of_version(seen) ? 4 : 5; // another version may have got further
    case Outcome::protocol_error:
        return 5;
    case Outcome::completed:
    case Outcome::closed:
    case Outcome::reset:
        return 4;
    case Outcome::timeout:
        return 3;
    case Outcome::refused:
        return 2;
    case Outcome::unreachable:
        break;
    }
    return 1;
}

std::string why_unknown(const Facts& facts)
{
    const std::string target = fmt::format("{}:{}", x509::printable(facts.target.host), facts.target.port);
    const Observation* best = nullptr;
    if (facts.request.observation) {
        best = &facts.observations[*facts.request.observation];
    } else {
        for (const Observation& seen : facts.observations) {
            if (best == nullptr || tells(seen) > tells(*best)) {
                best = &seen;
            }
        }
    }
    if (best == nullptr) {
        return fmt::format("Could not probe {}: no connection was made", target);
    }
    const bool knows_more = !best->detail.empty() && !best->alert;
    // The version matters where the server does not speak every one that was tried.
    const bool one_of_several = !best->negotiated && !speaks_of_version(*best) &&
                                std::any_of(facts.observations.begin(), facts.observations.end(), speaks_of_version);
    return fmt::format("Could not probe {}: {}{}", target, knows_more ? best->detail : ending(*best),
                       one_of_several ? " (" + offer_in_words(best->variant) + ")" : "");
}

std::string asks(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr) {
        return "No client certificate is asked for";
    }
    std::string text = fmt::format("Asks for a client certificate {}", stage_in_words(request->stage));
    if (facts.request.status == RequestStatus::empty) {
        return text + ", names no CA";
    }
    return text + fmt::format(", names {}", counted(request->authorities.size(), "CA"));
}

std::string required(const Facts& facts)
{
    switch (facts.request.required) {
    case Required::yes:
        return facts.door_then && facts.door_then->result == AttemptResult::accepted
                   ? "required, and it was not when the baseline was made"
                   : "required";
    case Required::no:
        return "not required";
    case Required::undetermined:
        break;
    }
    return "could not tell whether it is required";
}

std::string candidates(const Facts& facts)
{
    std::size_t accepted = 0;
    std::size_t open = 0;
    for (const CandidateFacts& candidate : facts.candidates) {
        accepted += candidate.attempt && candidate.attempt->result == AttemptResult::accepted ? 1 : 0;
        open += candidate.attempt && candidate.attempt->result == AttemptResult::undetermined ? 1 : 0;
    }
    std::string text = fmt::format("; {} of {} accepted", accepted, counted(facts.candidates.size(), "candidate"));
    if (open > 0) {
        text += fmt::format(", could not tell for {}", open);
    }
    return text;
}

std::string what_is_well(const Facts& facts)
{
    std::string text = fmt::format("{}; {}", asks(facts), required(facts));
    if (facts.comparison && facts.comparison->result == issuers::ExpectResult::match) {
        text += "; every expected CA is named";
    }
    if (!facts.candidates.empty()) {
        text += candidates(facts);
    }
    return text;
}

/// What to do about a certificate that was sent, and neither taken nor refused.
const char* what_may_tell(const Observation& seen)
{
    if (seen.http || !seen.certificate_sent || seen.outcome != Outcome::completed) {
        return "";
    }
    if (seen.http_requested) {
        return " (if it speaks no HTTP, --no-http lets the handshake decide; else the server's log)";
    }
    return " (in TLS 1.3 silence does not tell: look into the server's log, or request a page if it speaks HTTP)";
}

std::string statement_of(std::string_view id, const std::vector<Finding>& findings)
{
    const auto found =
        std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.id == id; });
    return found == findings.end() ? std::string{} : statement(*found);
}

/// Why there is no verdict though the request was read: the connection that gave no answer, by its end; or a baseline
/// that has nothing to compare with.
std::string what_stayed_open(const Facts& facts, const std::vector<Finding>& findings)
{
    const auto end_of = [&](const Attempt& attempt) { return ending(facts.observations[attempt.observation]); };
    if (left_open(facts, facts.without_certificate)) {
        return fmt::format("{}; then {}", asks(facts), end_of(*facts.without_certificate));
    }
    const bool none_told = every_answer_is_open(facts);
    for (const CandidateFacts& candidate : facts.candidates) {
        if (left_open(facts, candidate.attempt) ||
            (none_told && candidate.attempt && candidate.attempt->result == AttemptResult::undetermined)) {
            return fmt::format("Could not tell whether {} is accepted: {}{}", x509::printable(candidate.name),
                               end_of(*candidate.attempt),
                               what_may_tell(facts.observations[candidate.attempt->observation]));
        }
    }
    if (open_doors_prove_nothing(facts)) {
        return "Could not tell whether the door is shut: " + statement_of("accepted-without-certificate", findings);
    }
    if (an_expected_outcome_is_open(facts)) {
        return "Could not tell whether the candidates are taken as expected: " + what_is_well(facts);
    }
    return fmt::format("{}; now: {}", statement_of("baseline-incomplete", findings), asks(facts));
}

bool follows_from(const Finding& symptom, const Finding& cause)
{
    return std::find(symptom.follows_from.begin(), symptom.follows_from.end(), cause.id) != symptom.follows_from.end();
}

/// Findings whose own sentence says that a candidate is refused, or whose failure is the refusal.
bool tells_a_refusal(const Finding& finding)
{
    static constexpr std::array<std::string_view, 7> ids{"rejected-by-alert",      "rejected-by-http",
                                                         "rejected-by-close",      "untrusted-by-server",
                                                         "root-store-polluted",    "revoked-or-revocation-offline",
                                                         "late-request-impossible"};
    return std::find(ids.begin(), ids.end(), finding.id) != ids.end() ||
           (finding.id == "list-differs-from-trust" && finding.summary.find(" refuses ") != std::string::npos);
}

/// "; the server refuses alice.pem: HTTP 403", for whom that was not wished.
std::string refusals(const std::vector<Finding>& findings)
{
    std::string text;
    for (const Finding& finding : findings) {
        if (finding.id.starts_with("rejected-by-") && finding.severity == Severity::critical) {
            const std::string words = statement(finding);
            text += fmt::format("; {}{}", static_cast<char>(std::tolower(words.front())), words.substr(1));
        }
    }
    return text;
}

/// The first finding; if a worse one stands for itself, that one with the first as what may explain it. A refusal is
/// never left out: it is what brought the user here.
std::string what_is_wrong(const std::vector<Finding>& findings)
{
    const Finding& first = findings.front();
    const auto worst =
        std::max_element(findings.begin(), findings.end(),
                         [](const Finding& left, const Finding& right) { return left.severity < right.severity; });
    const bool one_is_enough = worst->severity == first.severity || follows_from(*worst, first);
    const std::string text =
        one_is_enough ? statement(first) : fmt::format("{}; {}", statement(*worst), statement(first));
    return tells_a_refusal(first) || (!one_is_enough && tells_a_refusal(*worst)) ? text : text + refusals(findings);
}

} // namespace

std::string summarise(const Facts& facts, Verdict verdict, const std::vector<Finding>& findings)
{
    if (verdict == Verdict::unknown && facts.request.status == RequestStatus::undetermined) {
        return one_line(why_unknown(facts));
    }
    if (verdict == Verdict::unknown) {
        return one_line(what_stayed_open(facts, findings));
    }
    if (verdict == Verdict::ok || findings.empty()) {
        return one_line(what_is_well(facts));
    }
    return one_line(what_is_wrong(findings));
}

} // namespace mtls::verdict
