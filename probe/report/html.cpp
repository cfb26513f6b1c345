#include <algorithm>

#include <fmt/format.h>

#include "probe/report/figures.hpp"
#include "probe/report/html_style.hpp"
#include "probe/report/list_marks.hpp"
#include "probe/report/markup.hpp"
#include "probe/report/nameless_entries.hpp"
#include "probe/report/report.hpp"
#include "probe/report/words.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::report {

using verdict::counted;
using verdict::in_words;

namespace {

/// A list longer than this is folded, below what matters of it.
constexpr std::size_t long_list = 24;

const char* class_of(Tone tone)
{
    switch (tone) {
    case Tone::good:
        return "good";
    case Tone::warn:
        return "warn";
    case Tone::bad:
        return "bad";
    case Tone::plain:
    case Tone::strong:
        break;
    }
    return "plain";
}

/// `content` is markup already.
std::string element(std::string_view tag, std::string_view kind, std::string_view content)
{
    return kind.empty() ? fmt::format("<{0}>{1}</{0}>\n", tag, content)
                        : fmt::format("<{0} class=\"{1}\">{2}</{0}>\n", tag, kind, content);
}

std::string element(std::string_view tag, std::string_view content)
{
    return element(tag, {}, content);
}

std::string word(std::string_view text, Tone tone)
{
    return fmt::format("<span class=\"word {}\">{}</span>", class_of(tone), markup(text));
}

std::string cell(std::string_view text)
{
    return "<td>" + markup(text) + "</td>";
}

std::string row(std::string_view label, std::string_view text)
{
    return "<dt>" + markup(label) + "</dt><dd>" + markup(text) + "</dd>\n";
}

/// `header` is markup: the cells of the first row.
std::string table(std::string_view header, std::string_view rows)
{
    return fmt::format("<div class=\"table\"><table><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div>\n",
                       header, rows);
}

std::string folded(std::string_view title, std::string_view content)
{
    return fmt::format("<details><summary>{}</summary>\n{}</details>\n", markup(title), content);
}

std::string remedy(const verdict::Remedy& fix)
{
    std::string text = element("p", "<b>" + markup("Fix (" + fix.applies_to + "): ") + "</b>" + markup(fix.text));
    std::string lines;
    for (const std::string& line : fix.commands) {
        lines += (lines.empty() ? "" : "\n") + markup(line);
    }
    text += lines.empty() ? "" : element("pre", lines);
    return fix.legend.empty() ? text : text + element("p", "soft", markup(fix.legend));
}

std::string body_of(const verdict::Finding& finding)
{
    std::string evidence;
    for (const std::string& line : finding.evidence) {
        evidence += "<li>" + markup(line) + "</li>\n";
    }
    std::string text = element("ul", evidence);
    for (const verdict::Remedy& fix : finding.remedies) {
        text += remedy(fix);
    }
    if (!finding.references.empty()) {
        std::string all;
        for (const std::string& each : finding.references) {
            all += (all.empty() ? "" : "; ") + each;
        }
        text += element("p", "soft", markup(all));
    }
    return text;
}

/// What follows from another finding is folded: mending that one mends it.
std::string finding_section(const verdict::Finding& finding)
{
    const Tone tone = tone_of(finding.severity);
    const std::string heading = element("h3", word(to_string(finding.severity), tone) + " " + markup(finding.id));
    const std::string body = finding.follows_from.empty() && finding.severity != verdict::Severity::info
                                 ? body_of(finding)
                                 : folded("Evidence and fixes", body_of(finding));
    return element("section", fmt::format("finding {}", class_of(tone)),
                   heading + element("p", markup(finding.summary)) + body);
}

std::string findings(const Report& report)
{
    if (report.judgement.findings.empty()) {
        return {};
    }
    std::string text = element("h2", "Findings");
    for (const verdict::Finding& finding : report.judgement.findings) {
        text += finding_section(finding);
    }
    return text;
}

std::string request_in_words(const verdict::Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    return request != nullptr ? fmt::format("{}, {}", verdict::stage_in_words(request->stage),
                                            counted(request->raw.size() + 4, "byte"))
                              : no_request_in_words(facts);
}

std::string what_was_asked(const verdict::Facts& facts, const ListShown& list)
{
    if (!facts.request.observation) {
        return {};
    }
    const observation::Observation& seen = facts.observations[*facts.request.observation];
    std::string rows = row("seen in", verdict::where(seen)) + row("request", request_in_words(facts)) +
                       (list.elsewhere ? row("but", elsewhere_in_words(list)) : "") +
                       row("required", required_in_words(facts));
    if (seen.http && !seen.http->server.empty()) {
        rows += row("server", x509::printable(seen.http->server));
    }
    if (!seen.server_certificates.empty()) {
        const x509::Certificate& own = seen.server_certificates.front();
        rows += row("server certificate",
                    fmt::format("{}{}", in_words(own.subject()),
                                own.not_after() ? ", until " + x509::rfc3339(*own.not_after()) : std::string{}));
    }
    return element("h2", "What the server asks a normal client") + element("dl", rows);
}

std::string list_row(std::string_view number, const std::string& status, Tone tone, const x509::Name& name,
                     const std::vector<std::string>& notes)
{
    std::string text = markup(in_words(name));
    for (const std::string& note : notes) {
        text += "<br><b>" + markup(note) + "</b>";
    }
    return fmt::format("<tr><td class=\"tight\">{}</td><td class=\"tight {}\">{}</td><td class=\"name\">{}</td></tr>\n",
                       number, class_of(tone), markup(status), text);
}

std::string issuer_list(const ListShown& list)
{
    const verdict::Facts& facts = list.facts();
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || (request->authorities.empty() && !facts.comparison)) {
        return {};
    }
    std::string shown;
    if (facts.comparison) {
        for (const issuers::Compared& entry : facts.comparison->missing) {
            shown += list_row("-", "MISSING", Tone::bad, entry.name, {});
        }
    }
    const Marks marks{facts};
    const bool is_long = request->authorities.size() > long_list;
    std::string rest;
    NamelessEntries nameless;
    for (std::size_t at = 0; at < request->authorities.size(); ++at) {
        const observation::Authority& entry = request->authorities[at];
        if (!nameless.tells(entry)) {
            continue;
        }
        const Mark mark = marks.of(entry);
        (is_long && !mark.matters ? rest : shown) +=
            list_row(std::to_string(at + 1), mark.word, mark.tone, entry.name, mark.notes);
    }
    if (nameless.left_out() > 0) {
        shown += fmt::format("<tr><td></td><td></td><td class=\"name\">... and {} more without a name</td></tr>\n",
                             nameless.left_out());
    }
    const char* header = "<th>No.</th><th>Status</th><th>Name</th>";
    std::string text = element("h2", fmt::format("Trusted issuer list{}: {}, {}", list.of,
                                                 counted(request->authorities.size(), "name"),
                                                 counted(request->request.certificate_authorities_bytes, "byte")));
    text += shown.empty() ? "" : table(header, shown);
    return rest.empty() ? text : text + folded("The other names", table(header, rest));
}

std::string candidates(const verdict::Facts& facts, const ListShown& list)
{
    if (facts.candidates.empty()) {
        return {};
    }
    std::string rows;
    for (std::size_t index = 0; index < facts.candidates.size(); ++index) {
        const verdict::CandidateFacts& each = facts.candidates[index];
        const Stamp seen = stamp(each);
        const auto end = each.leaf.not_after();
        rows += fmt::format(R"(<tr><td class="tight">{}</td><td class="name"><b>{}</b><br>{}</td>)",
                            word(seen.word, seen.tone), markup(x509::printable(each.name)),
                            markup(in_words(each.leaf.subject()))) +
                cell(end ? x509::rfc3339(*end).substr(0, 10) : "an unreadable date") +
                cell(in_words(each.leaf.issuer()) + ": " + match_in_words(list, index)) +
                cell(attempt_in_words(facts, each)) + "</tr>\n";
    }
    return element("h2", "Your certificates") +
           table("<th>Outcome</th><th>Certificate</th><th>Until</th><th>Issuer</th><th>Attempt</th>", rows);
}

std::string connection_table(const verdict::Facts& facts)
{
    std::string rows;
    for (const Connection& each : connections(facts, Repeats::together)) {
        const std::string times = each.seen.size() > 1 ? fmt::format(" ({} times)", each.seen.size()) : "";
        rows += "<tr>" + cell(std::to_string(each.seen.front()->id)) + cell(each.place) + cell(each.name) +
                cell(each.version) + cell(each.asked) + cell(each.end + times) + "</tr>\n";
    }
    return rows.empty()
               ? rows
               : element("h2", "Connections") +
                     table("<th>Id</th><th>To</th><th>SNI</th><th>Version</th><th>Asked</th><th>End</th>", rows);
}

std::string article(const Report& report, std::size_t number)
{
    const verdict::Judgement& judgement = report.judgement;
    const ListShown list{report.facts};
    const std::string heading = fmt::format("<h1 id=\"target-{}\">{} {}</h1>\n", number,
                                            word(upper(to_string(judgement.verdict)), tone_of(judgement.verdict)),
                                            markup(x509::printable(report.facts.target.input)));
    const std::string footer = fmt::format("mtls-probe {}, {}, {}, {:.0f} ms", report.tool_version, report.tls_library,
                                           report.started, report.duration_ms);
    return element("article", heading + element("p", "summary", markup(judgement.summary)) + findings(report) +
                                  what_was_asked(report.facts, list) + issuer_list(list) +
                                  candidates(report.facts, list) + connection_table(report.facts) +
                                  element("footer", markup(footer)));
}

/// Where each target stands, worst first.
std::string contents(const std::vector<Report>& reports)
{
    std::vector<std::size_t> order(reports.size());
    for (std::size_t at = 0; at < order.size(); ++at) {
        order[at] = at;
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        const auto of = [&](std::size_t at) { return reports[at].judgement.verdict; };
        return of(left) != of(right) && worse(of(left), of(right)) == of(left);
    });
    std::string rows;
    for (const std::size_t at : order) {
        const Report& report = reports[at];
        rows += fmt::format(R"(<tr><td class="tight">{}</td><td><a href="#target-{}">{}</a></td>)",
                            word(upper(to_string(report.judgement.verdict)), tone_of(report.judgement.verdict)), at,
                            markup(x509::printable(report.facts.target.input))) +
                cell(report.judgement.summary) + "</tr>\n";
    }
    return table("<th>Verdict</th><th>Target</th><th>Summary</th>", rows);
}

} // namespace

std::string render_html(const std::vector<Report>& reports)
{
    const std::string title =
        reports.size() == 1 ? place(reports.front().facts.target) : counted(reports.size(), "target");
    std::string text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                       "'unsafe-inline'\">\n" +
                       element("title", "mtls-probe: " + markup(title)) + element("style", html_style) +
                       "</head>\n<body>\n";
    if (reports.size() > 1) {
        text += contents(reports);
    }
    for (std::size_t at = 0; at < reports.size(); ++at) {
        text += article(reports[at], at);
    }
    return text + "</body>\n</html>\n";
}

} // namespace mtls::report
