#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>

#include <fmt/format.h>

#include "probe/report/findings_section.hpp"
#include "probe/report/layout.hpp"
#include "probe/report/list_section.hpp"
#include "probe/report/report.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::report {

using observation::Observation;
using verdict::AttemptResult;
using verdict::counted;
using verdict::ending;
using verdict::in_words;
using verdict::where;

namespace {

std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return text;
}

void put_row(Page& page, std::string_view label, std::string_view text)
{
    page.put(fmt::format("  {:<12}", label), text);
}

template <class Range, class Text> std::string joined(const Range& range, Text text)
{
    std::string all;
    for (const auto& item : range) {
        all += (all.empty() ? "" : ", ") + text(item);
    }
    return all.empty() ? "none" : all;
}

Tone tone_of(verdict::Verdict verdict)
{
    switch (verdict) {
    case verdict::Verdict::ok:
        return Tone::good;
    case verdict::Verdict::warning:
    case verdict::Verdict::unknown:
        return Tone::warn;
    case verdict::Verdict::critical:
        break;
    }
    return Tone::bad;
}

void put_verdict(Page& page, const Report& report)
{
    const verdict::TargetFacts& target = report.facts.target;
    page.put(upper(to_string(report.judgement.verdict)) + "  ", x509::printable(target.input),
             tone_of(report.judgement.verdict), Tone::strong);
    page.put("", report.judgement.summary);
}

std::string required_in_words(const verdict::Facts& facts)
{
    const std::string end = ending(facts.observations[*facts.request.observation]);
    const bool asked = request_of(facts) != nullptr;
    switch (facts.request.required) {
    case verdict::Required::yes:
        return asked ? "yes; without a certificate: " + end : "not asked for, yet the door stays shut: " + end;
    case verdict::Required::no:
        return "no; without a certificate: " + end;
    case verdict::Required::undetermined:
        break;
    }
    if (facts.observations[*facts.request.observation].list_only) {
        return "not tried: the list was read without completing a handshake";
    }
    return "could not tell; without a certificate: " + end;
}

/// Lists of codes are long and seldom the cause: counted unless all is asked for.
template <class Code> void put_codes(Page& page, std::string_view label, const std::optional<std::vector<Code>>& codes,
                                     const TextStyle& style)
{
    if (codes && style.verbose) {
        put_row(page, label, joined(*codes, [](auto code) { return wire::name(code); }));
    }
}

void put_request(Page& page, const observation::RequestSeen& seen, const TextStyle& style)
{
    const wire::CertificateRequest& request = seen.request;
    std::string text = verdict::stage_in_words(seen.stage);
    if (seen.after && style.verbose) {
        text += ", after " + wire::name(*seen.after);
    }
    text += ", " + counted(seen.raw.size() + 4, "byte");
    if (request.signature_algorithms && !style.verbose) {
        text += ", " + counted(request.signature_algorithms->size(), "signature algorithm");
    }
    put_row(page, "request", text);
    if (request.error) {
        put_row(page, "malformed",
                fmt::format("{} in {} at byte {}", wire::to_string(request.error->reason), request.error->field,
                            request.error->offset));
    }
    if (!request.certificate_authorities) {
        put_row(page, "issuers", "no certificate_authorities: any CA, as far as the request says");
    } else if (seen.authorities.empty()) {
        put_row(page, "issuers", "an empty list: any CA, as far as the request says");
    }
    put_codes(page, "key types", request.certificate_types, style);
    put_codes(page, "algorithms", request.signature_algorithms, style);
    put_codes(page, "in certs", request.signature_algorithms_cert, style);
}

/// The attempt of the TLS library that what was read in plain text stands for; null if there was none, or it was enough.
const Observation* library_refused(const verdict::Facts& facts)
{
    const Observation& seen = facts.observations[*facts.request.observation];
    const auto tried = [&](const Observation& other) { return !other.list_only && other.variant == seen.variant; };
    const auto found = std::find_if(facts.observations.begin(), facts.observations.end(), tried);
    return seen.list_only && found != facts.observations.end() ? &*found : nullptr;
}

void put_what_was_asked(Page& page, const verdict::Facts& facts, const TextStyle& style)
{
    if (!facts.request.observation) {
        return;
    }
    const Observation& seen = facts.observations[*facts.request.observation];
    page.heading("What the server asks a normal client");
    put_row(page, "seen in", where(seen));
    if (const Observation* refused = library_refused(facts)) {
        put_row(page, "note",
                fmt::format("read without completing a handshake, since the TLS library of this probe gets no further "
                            "than: {} (observation {}). Most clients of today will not either.",
                            ending(*refused), refused->id));
    }
    if (const observation::RequestSeen* request = request_of(facts)) {
        put_request(page, *request, style);
    } else {
        put_row(page, "request",
                facts.request.status == verdict::RequestStatus::none ? "none: no certificate is asked for"
                                                                     : "could not tell");
    }
    if (seen.negotiated && seen.negotiated->version < wire::ProtocolVersion::tls12) {
        put_row(page, "version",
                "TLS " + name(seen.negotiated->version) +
                    ": the best that it agreed to; most of "
                    "today's clients refuse that");
    }
    put_row(page, "required", required_in_words(facts));
    if (seen.http && !seen.http->server.empty()) {
        put_row(page, "server", x509::printable(seen.http->server));
    }
    if (!seen.server_certificates.empty()) {
        const x509::Certificate& own = seen.server_certificates.front();
        put_row(
            page, "server cert",
            fmt::format("{}{}", in_words(own.subject()),
                        own.not_after() ? ", until " + x509::rfc3339(*own.not_after()).substr(0, 10) : std::string{}));
    }
}

/// How the candidate's issuer and the list meet, behind the issuer's name.
std::string match_in_words(const verdict::CandidateFacts& candidate)
{
    const issuers::IssuerMatch& match = candidate.issuer_match;
    if (!match.advertised) {
        return "no list to compare with";
    }
    if (!*match.advertised) {
        return "NOT in the list";
    }
    static constexpr std::array who{"the certificate itself is in the list", "in the list",
                                    "its issuer is in the list"};
    const int depth = match.depth.value_or(1);
    std::string text = depth < static_cast<int>(who.size()) ? who.at(static_cast<std::size_t>(depth))
                                                            : fmt::format("the CA {} levels up is in the list", depth);
    return match.encoding == x509::NameMatch::equivalent ? text + ", but not byte for byte" : text;
}

/// One word for the row, and its tone.
std::pair<std::string, Tone> stamp(const verdict::CandidateFacts& candidate)
{
    if (!candidate.attempt) {
        return {"not tried", Tone::warn};
    }
    switch (candidate.attempt->result) {
    case AttemptResult::accepted:
        return {"accepted", Tone::good};
    case AttemptResult::rejected:
        return {"REFUSED", Tone::bad};
    case AttemptResult::not_requested:
        return {"not asked", Tone::warn};
    case AttemptResult::undetermined:
        break;
    }
    return {"unclear", Tone::warn};
}

std::string attempt_in_words(const verdict::Facts& facts, const verdict::CandidateFacts& candidate)
{
    if (!candidate.attempt) {
        if (!candidate.has_key) {
            return "not presented: no private key";
        }
        return candidate.key_matches ? "not presented: nothing answered" : "not presented: the key is another one's";
    }
    const Observation& seen = facts.observations[candidate.attempt->observation];
    return fmt::format("{}; {} (observation {})", ending(seen),
                       seen.certificate_sent ? "certificate sent" : "no certificate sent", seen.id);
}

void put_candidate(Page& page, const verdict::Facts& facts, const verdict::CandidateFacts& candidate,
                   const TextStyle& style)
{
    const auto [word, tone] = stamp(candidate);
    page.put(fmt::format("  {:<10}", word), x509::printable(candidate.name), tone, Tone::strong);
    const auto row = [&](std::string_view label, std::string_view text) {
        page.put(fmt::format("            {:<9}", label), text);
    };
    const auto end = candidate.leaf.not_after();
    row("subject", fmt::format("{}; until {}", in_words(candidate.leaf.subject()),
                               end ? x509::rfc3339(*end).substr(0, 10) : "an unreadable date"));
    row("issuer", fmt::format("{}: {}", in_words(candidate.leaf.issuer()), match_in_words(candidate)));
    row("attempt", attempt_in_words(facts, candidate));
    if (style.verbose) {
        row("file", fmt::format("{}, {}, {} beside it", x509::printable(candidate.label), candidate.leaf.key_text(),
                                counted(candidate.chain.size(), "CA certificate")));
    }
}

void put_candidates(Page& page, const verdict::Facts& facts, const TextStyle& style)
{
    if (facts.candidates.empty()) {
        return;
    }
    page.heading("Your certificates");
    for (const verdict::CandidateFacts& candidate : facts.candidates) {
        put_candidate(page, facts, candidate, style);
    }
}

std::string asked_in_words(const Observation& seen)
{
    switch (verdict::status_of(seen)) {
    case verdict::RequestStatus::none:
        return "not asked";
    case verdict::RequestStatus::empty:
        return "asked, empty list";
    case verdict::RequestStatus::list:
        return fmt::format(
            "asked, {}",
            counted(seen.certificate_requests[*verdict::request_that_counts(seen)].authorities.size(), "name"));
    case verdict::RequestStatus::malformed:
        return "asked, malformed";
    case verdict::RequestStatus::undetermined:
        break;
    }
    if (!seen.certificate_requests.empty()) {
        return fmt::format("asked, cut after {}", counted(seen.certificate_requests.back().authorities.size(), "name"));
    }
    return "-";
}

void put_messages(Page& page, const Observation& seen)
{
    for (const observation::Message& message : seen.messages) {
        page.put("       ", fmt::format("{:>8.1f} ms  {}  {}, {}", message.at_ms, to_string(message.from),
                                        wire::name(message.type), counted(message.bytes, "byte")));
    }
}

/// One line of the table: connections that were made alike and ended alike.
struct Connection {
    std::string place;
    std::string name;
    std::string version;
    std::string asked;
    std::string end;
    std::vector<const Observation*> seen;
};

Connection connection(const Observation& seen, const verdict::Facts& facts)
{
    const bool v6 = seen.variant.address.find(':') != std::string::npos;
    Connection made{v6 ? fmt::format("[{}]:{}", seen.variant.address, seen.variant.port)
                       : fmt::format("{}:{}", seen.variant.address, seen.variant.port),
                    seen.variant.sni ? x509::printable(*seen.variant.sni) : "no SNI",
                    verdict::version_in_words(seen),
                    asked_in_words(seen),
                    verdict::ending_in_short(seen),
                    {&seen}};
    if (seen.candidate && *seen.candidate < facts.candidates.size()) {
        made.end += ", with " + x509::printable(facts.candidates[*seen.candidate].name);
    }
    return made;
}

/// Repeats fill one line with their number, unless every message is asked for.
std::vector<Connection> connections(const verdict::Facts& facts, const TextStyle& style)
{
    const auto row = [](const Connection& each) {
        return std::tie(each.place, each.name, each.version, each.asked, each.end);
    };
    std::vector<Connection> all;
    for (const Observation& seen : facts.observations) {
        Connection made = connection(seen, facts);
        const auto same =
            std::find_if(all.begin(), all.end(), [&](const Connection& each) { return row(each) == row(made); });
        if (same != all.end() && !style.verbose) {
            same->seen.push_back(&seen);
        } else {
            all.push_back(std::move(made));
        }
    }
    return all;
}

/// As wide as the widest.
void pad(std::vector<Connection>& all, std::string Connection::*column)
{
    std::size_t widest = 0;
    for (const Connection& each : all) {
        widest = std::max(widest, columns(each.*column));
    }
    for (Connection& each : all) {
        (each.*column).append(widest - columns(each.*column) + 2, ' ');
    }
}

void put_connections(Page& page, const verdict::Facts& facts, const TextStyle& style)
{
    if (facts.observations.empty()) {
        return;
    }
    auto all = connections(facts, style);
    const bool one_place =
        std::all_of(all.begin(), all.end(), [&](const Connection& each) { return each.place == all.front().place; });
    page.heading(one_place ? "Connections to " + all.front().place : "Connections");
    for (auto column : {&Connection::place, &Connection::name, &Connection::version, &Connection::asked}) {
        pad(all, column);
    }
    for (const Connection& each : all) {
        const std::string times = each.seen.size() > 1 ? fmt::format(" ({} times)", each.seen.size()) : "";
        page.put(fmt::format("  {:>2}  ", each.seen.front()->id),
                 (one_place ? "" : each.place) + each.name + each.version + each.asked + each.end + times);
        if (style.verbose) {
            put_messages(page, *each.seen.front());
        }
    }
}

} // namespace

std::string render_text(const Report& report, const TextStyle& style)
{
    Page page{style};
    put_verdict(page, report);
    put_findings(page, report, style);
    put_what_was_asked(page, report.facts, style);
    put_list(page, report.facts, style);
    put_candidates(page, report.facts, style);
    put_connections(page, report.facts, style);
    page.blank();
    page.put("", fmt::format("mtls-probe {}, {}, {}, {:.0f} ms", report.tool_version, report.tls_library,
                             report.started, report.duration_ms));
    return page.take();
}

} // namespace mtls::report
