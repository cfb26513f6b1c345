#include <algorithm>

#include <fmt/format.h>

#include "probe/report/clients_section.hpp"
#include "probe/report/figures.hpp"
#include "probe/report/findings_section.hpp"
#include "probe/report/layout.hpp"
#include "probe/report/list_section.hpp"
#include "probe/report/report.hpp"
#include "probe/report/words.hpp"
#include "probe/verdict/differences.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::report {

using observation::Observation;
using verdict::counted;
using verdict::ending;
using verdict::in_words;
using verdict::where;

namespace {

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

void put_verdict(Page& page, const Report& report)
{
    const verdict::TargetFacts& target = report.facts.target;
    page.put(upper(to_string(report.judgement.verdict)) + "  ", target_in_words(target),
             tone_of(report.judgement.verdict), Tone::strong);
    page.put("", report.judgement.summary);
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

/// The attempt of the TLS library that what was read in plain text stands for; null if there was none, or it was
/// enough.
const Observation* library_refused(const verdict::Facts& facts)
{
    const Observation& seen = facts.observations[*facts.request.observation];
    const auto tried = [&](const Observation& other) { return !other.list_only && other.variant == seen.variant; };
    const auto found = std::find_if(facts.observations.begin(), facts.observations.end(), tried);
    return seen.list_only && found != facts.observations.end() ? &*found : nullptr;
}

/// The version that a normal client would have got there, had it not broken off; null if that is the one that is shown.
const Observation* broken_off_above(const verdict::Facts& facts)
{
    const Observation& seen = facts.observations[*facts.request.observation];
    for (const verdict::BrokenOff& each : verdict::broken_off(facts.observations)) {
        if (each.fails->negotiated && seen.negotiated && verdict::same_place_and_name(*each.fails, seen) &&
            each.fails->negotiated->version > seen.negotiated->version) {
            return each.fails;
        }
    }
    return nullptr;
}

/// With --verify-server: what this system thinks of the server itself.
void put_server_trust(Page& page, const Report& report, std::size_t observation)
{
    for (const ServerTrust& each : report.server_trust.value_or(std::vector<ServerTrust>{})) {
        if (each.observation != observation) {
            continue;
        }
        const x509::TrustVerdict& verdict = each.verdict;
        const std::string chain =
            verdict.trusted ? "yes, by this system"
                            : fmt::format("NO, not by this system: {} (code {})", verdict.problem, verdict.code);
        const char* name = verdict.name_matches ? "is for" : "is NOT for";
        put_row(page, "trusted", fmt::format("{}; the certificate {} {}", chain, name, x509::printable(each.host)));
    }
}

void put_what_was_asked(Page& page, const Report& report, const ListShown& list, const TextStyle& style)
{
    const verdict::Facts& facts = report.facts;
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
    if (const Observation* better = broken_off_above(facts)) {
        put_row(page, "note",
                fmt::format("{} breaks off before that: {} (observation {}). Clients that offer it get no further.",
                            verdict::version_in_words(*better), ending(*better), better->id));
    }
    if (const observation::RequestSeen* request = request_of(facts)) {
        put_request(page, *request, style);
    } else {
        put_row(page, "request", no_request_in_words(facts));
        if (list.elsewhere) {
            put_row(page, "but", elsewhere_in_words(list));
        }
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
    put_server_trust(page, report, *facts.request.observation);
}

void put_candidate(Page& page, const verdict::Facts& facts, std::size_t index, const ListShown& list,
                   const TextStyle& style)
{
    const verdict::CandidateFacts& candidate = facts.candidates[index];
    const auto [word, tone] = stamp(candidate);
    page.put(fmt::format("  {:<10}", word), x509::printable(candidate.name), tone, Tone::strong);
    const auto row = [&](std::string_view label, std::string_view text) {
        page.put(fmt::format("            {:<9}", label), text);
    };
    const auto end = candidate.leaf.not_after();
    row("subject", fmt::format("{}; until {}", in_words(candidate.leaf.subject()),
                               end ? x509::rfc3339(*end).substr(0, 10) : "an unreadable date"));
    row("issuer", fmt::format("{}: {}", in_words(candidate.leaf.issuer()), match_in_words(list, index)));
    row("attempt", attempt_in_words(facts, candidate));
    if (const std::string predicted = clients_in_short(facts, candidate); !predicted.empty()) {
        row("clients", predicted);
    }
    if (style.verbose) {
        row("file", fmt::format("{}, {}, {} beside it", x509::printable(candidate.label), candidate.leaf.key_text(),
                                counted(candidate.chain.size(), "CA certificate")));
    }
}

void put_candidates(Page& page, const verdict::Facts& facts, const ListShown& list, const TextStyle& style)
{
    if (facts.candidates.empty()) {
        return;
    }
    page.heading("Your certificates");
    for (std::size_t index = 0; index < facts.candidates.size(); ++index) {
        put_candidate(page, facts, index, list, style);
    }
}

void put_messages(Page& page, const Observation& seen)
{
    for (const observation::Message& message : seen.messages) {
        page.put("       ", fmt::format("{:>8.1f} ms  {}  {}, {}", message.at_ms, to_string(message.from),
                                        wire::name(message.type), counted(message.bytes, "byte")));
    }
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

/// The end in a column of its own, or below if that would be too narrow.
void put_connection(Page& page, const std::string& id, const std::string& way, const std::string& end,
                    const TextStyle& style)
{
    constexpr std::size_t narrow = 30;
    if (columns(id + way) + narrow <= static_cast<std::size_t>(std::max(style.width, 0)) ||
        columns(id + way + end) <= static_cast<std::size_t>(std::max(style.width, 0))) {
        page.put(id + way, end);
        return;
    }
    page.put(id, way);
    page.put(std::string(columns(id) + 2, ' '), end);
}

void put_connections(Page& page, const verdict::Facts& facts, const TextStyle& style)
{
    if (facts.observations.empty()) {
        return;
    }
    auto all = connections(facts, style.verbose ? Repeats::apart : Repeats::together);
    const bool one_place =
        std::all_of(all.begin(), all.end(), [&](const Connection& each) { return each.place == all.front().place; });
    page.heading(one_place ? "Connections to " + all.front().place : "Connections");
    for (auto column : {&Connection::place, &Connection::name, &Connection::version, &Connection::asked}) {
        pad(all, column);
    }
    for (const Connection& each : all) {
        const std::string times = each.seen.size() > 1 ? fmt::format(" ({} times)", each.seen.size()) : "";
        put_connection(page, fmt::format("  {:>2}  ", each.seen.front()->id),
                       (one_place ? "" : each.place) + each.name + each.version + each.asked, each.end + times, style);
        if (style.verbose) {
            put_messages(page, *each.seen.front());
        }
    }
}

} // namespace

std::string render_text(const Report& report, const TextStyle& style)
{
    Page page{style};
    const ListShown list{report.facts};
    put_verdict(page, report);
    put_findings(page, report, style);
    put_what_was_asked(page, report, list, style);
    put_list(page, list.facts(), style, list.of);
    put_candidates(page, report.facts, list, style);
    put_clients(page, report.facts, Matrix::where_they_disagree, style);
    put_connections(page, report.facts, style);
    page.blank();
    page.put("", fmt::format("mtls-probe {}, {}, {}, {:.0f} ms", report.tool_version, report.tls_library,
                             report.started, report.duration_ms));
    return page.take();
}

} // namespace mtls::report
