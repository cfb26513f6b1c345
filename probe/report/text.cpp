#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>

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
    return "could not tell; without a certificate: " + end;
}

void put_request(Page& page, const observation::RequestSeen& seen)
{
    const wire::CertificateRequest& request = seen.request;
    std::string text = verdict::stage_in_words(seen.stage);
    if (seen.after) {
        text += ", after " + wire::name(*seen.after);
    }
    put_row(page, "request", text + fmt::format(", {}", counted(seen.raw.size() + 4, "byte")));
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
    if (request.certificate_types) {
        put_row(page, "key types", joined(*request.certificate_types, [](auto type) { return wire::name(type); }));
    }
    if (request.signature_algorithms) {
        put_row(page, "algorithms", joined(*request.signature_algorithms, [](auto code) { return wire::name(code); }));
    }
    if (request.signature_algorithms_cert) {
        put_row(page, "in certs",
                joined(*request.signature_algorithms_cert, [](auto code) { return wire::name(code); }));
    }
}

void put_what_was_asked(Page& page, const verdict::Facts& facts)
{
    if (!facts.request.observation) {
        return;
    }
    const Observation& seen = facts.observations[*facts.request.observation];
    page.heading("What the server asks a normal client");
    put_row(page, "seen in", where(seen));
    if (const observation::RequestSeen* request = request_of(facts)) {
        put_request(page, *request);
    } else {
        put_row(page, "request",
                facts.request.status == verdict::RequestStatus::none ? "none: no certificate is asked for"
                                                                     : "could not tell");
    }
    put_row(page, "required", required_in_words(facts));
    if (seen.http && !seen.http->server.empty()) {
        put_row(page, "server", x509::printable(seen.http->server));
    }
    if (!seen.server_certificates.empty()) {
        const x509::Certificate& own = seen.server_certificates.front();
        put_row(page, "server cert",
                fmt::format("{}{}", in_words(own.subject()),
                            own.not_after() ? ", until " + x509::rfc3339(*own.not_after()) : std::string{}));
    }
}

std::string match_in_words(const verdict::CandidateFacts& candidate)
{
    const issuers::IssuerMatch& match = candidate.issuer_match;
    if (!match.advertised) {
        return "no list to compare with";
    }
    if (!*match.advertised) {
        return "NOT in the list: neither its issuer nor any CA above that is known here";
    }
    static constexpr std::array who{"the certificate itself", "its issuer", "its issuer's issuer"};
    const int depth = match.depth.value_or(1);
    std::string text = depth < static_cast<int>(who.size()) ? who.at(static_cast<std::size_t>(depth))
                                                            : fmt::format("the CA {} levels up", depth);
    text += " is in the list";
    if (match.encoding == x509::NameMatch::equivalent) {
        text += ", but not byte for byte";
    }
    return text;
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

void put_candidate(Page& page, const verdict::Facts& facts, const verdict::CandidateFacts& candidate)
{
    const auto [word, tone] = stamp(candidate);
    page.put(fmt::format("  {:<10}", word), x509::printable(candidate.label), tone, Tone::strong);
    const auto row = [&](std::string_view label, std::string_view text) {
        page.put(fmt::format("            {:<9}", label), text);
    };
    row("subject", in_words(candidate.leaf.subject()));
    row("issuer", in_words(candidate.leaf.issuer()));
    row("list", match_in_words(candidate));
    row("attempt", attempt_in_words(facts, candidate));
    const auto end = candidate.leaf.not_after();
    row("valid", fmt::format("until {}; {}; {} beside it", end ? x509::rfc3339(*end) : "an unreadable date",
                             candidate.leaf.key_text(), counted(candidate.chain.size(), "CA certificate")));
}

void put_candidates(Page& page, const verdict::Facts& facts)
{
    if (facts.candidates.empty()) {
        return;
    }
    page.heading("Your certificates");
    for (const verdict::CandidateFacts& candidate : facts.candidates) {
        put_candidate(page, facts, candidate);
    }
}

/// Remedies, each printed once in a report.
class Remedies {
  public:
    Remedies(Page& page, const verdict::Facts& facts, bool verbose)
        : page_{page}, product_{verdict::server_product(facts)}, verbose_{verbose}
    {
    }

    void put(const verdict::Finding& finding)
    {
        if (finding.severity == verdict::Severity::info && !verbose_) {
            return; // nothing to mend
        }
        std::string hidden;
        for (const verdict::Remedy& remedy : finding.remedies) {
            if (!concerns_this_server(remedy)) {
                hidden += (hidden.empty() ? "" : ", ") + remedy.applies_to;
            } else {
                put(remedy);
            }
        }
        if (!hidden.empty()) {
            page_.put("   fix    - ", "for " + hidden + ": -v");
        }
    }

  private:
    /// If the server says what it is, the others' remedies are noise.
    [[nodiscard]] bool concerns_this_server(const verdict::Remedy& remedy) const
    {
        return verbose_ || product_.empty() || remedy.applies_to == product_ || remedy.applies_to == "client" ||
               remedy.applies_to == "any";
    }

    void put(const verdict::Remedy& remedy)
    {
        const std::string lead = "   fix    - ";
        const std::string who = remedy.applies_to == "any" ? "" : remedy.applies_to + ": ";
        if (!printed_.insert(remedy.applies_to + "\n" + remedy.text).second) {
            page_.put(lead, who + "as above");
            return;
        }
        const bool told = !remedy.commands.empty() && !pasted_.insert(remedy.commands).second;
        page_.put(lead, who + remedy.text + (told ? " The commands are those above." : ""), Tone::strong);
        if (!told) {
            for (const std::string& command : remedy.commands) {
                page_.paste(4, command);
            }
        }
    }

    Page& page_;
    std::string product_;
    bool verbose_;
    std::set<std::string> printed_;
    std::set<std::vector<std::string>> pasted_;
};

void put_findings(Page& page, const Report& report, const TextStyle& style)
{
    if (report.judgement.findings.empty()) {
        return;
    }
    page.heading("Findings, what to do first on top");
    Remedies remedies{page, report.facts, style.verbose};
    int number = 0;
    for (const verdict::Finding& finding : report.judgement.findings) {
        if (number > 0) {
            page.blank();
        }
        page.put(fmt::format("{}. {:<8}  ", ++number, to_string(finding.severity)), finding.id,
                 report::tone_of(finding.severity), Tone::strong);
        page.put("   ", finding.summary + ".");
        for (const std::string& line : finding.evidence) {
            page.put("   seen   - ", line);
        }
        remedies.put(finding);
        page.put("   see      ", joined(finding.references, [](const std::string& text) { return text; }));
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
        return fmt::format("asked, {}", counted(seen.certificate_requests.back().authorities.size(), "name"));
    case verdict::RequestStatus::malformed:
        return "asked, malformed";
    case verdict::RequestStatus::undetermined:
        break;
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

/// The same text in every row as wide as the widest.
void pad(std::vector<std::string>& cells)
{
    std::size_t widest = 0;
    for (const std::string& cell : cells) {
        widest = std::max(widest, columns(cell));
    }
    for (std::string& cell : cells) {
        cell.append(widest - columns(cell) + 2, ' ');
    }
}

void put_connections(Page& page, const verdict::Facts& facts, const TextStyle& style)
{
    if (facts.observations.empty()) {
        return;
    }
    page.heading("Connections");
    std::vector<std::string> place;
    std::vector<std::string> name;
    std::vector<std::string> version;
    std::vector<std::string> asked;
    for (const Observation& seen : facts.observations) {
        const bool v6 = seen.variant.address.find(':') != std::string::npos;
        place.push_back(v6 ? fmt::format("[{}]:{}", seen.variant.address, seen.variant.port)
                           : fmt::format("{}:{}", seen.variant.address, seen.variant.port));
        name.push_back(seen.variant.sni ? x509::printable(*seen.variant.sni) : "no SNI");
        version.push_back(verdict::version_in_words(seen));
        asked.push_back(asked_in_words(seen));
    }
    for (auto* cells : {&place, &name, &version, &asked}) {
        pad(*cells);
    }
    for (std::size_t at = 0; at < facts.observations.size(); ++at) {
        const Observation& seen = facts.observations[at];
        std::string end = ending(seen);
        if (seen.candidate && *seen.candidate < facts.candidates.size()) {
            end += ", with " + x509::printable(facts.candidates[*seen.candidate].label);
        }
        page.put(fmt::format("  {:>2}  ", seen.id), place[at] + name[at] + version[at] + asked[at] + end);
        if (style.verbose) {
            put_messages(page, seen);
        }
    }
}

} // namespace

std::string render_text(const Report& report, const TextStyle& style)
{
    Page page{style};
    put_verdict(page, report);
    put_what_was_asked(page, report.facts);
    put_list(page, report.facts, style);
    put_candidates(page, report.facts);
    put_findings(page, report, style);
    put_connections(page, report.facts, style);
    page.blank();
    page.put("", fmt::format("mtls-probe {}, {}, {}, {:.0f} ms", report.tool_version, report.tls_library,
                             report.started, report.duration_ms));
    return page.take();
}

} // namespace mtls::report
