#include <algorithm>

#include <fmt/format.h>

#include "probe/report/figures.hpp"
#include "probe/report/markup.hpp"
#include "probe/report/report.hpp"

// The format that Jenkins and GitLab read: testsuites, testsuite, testcase, failure, error, system-out.
namespace mtls::report {

namespace {

using verdict::Severity;
using verdict::Verdict;

std::string attribute(const char* name, std::string_view value)
{
    return fmt::format(" {}=\"{}\"", name, markup(value));
}

std::string seconds(double milliseconds)
{
    return fmt::format("{:.3f}", milliseconds / 1000);
}

/// Evidence and fixes, a line each.
std::string details(const verdict::Finding& finding)
{
    std::string text = finding.summary + "\n";
    for (const std::string& line : finding.evidence) {
        text += "- " + line + "\n";
    }
    for (const verdict::Remedy& remedy : finding.remedies) {
        text += fmt::format("fix ({}): {}\n", remedy.applies_to, explained(remedy));
        for (const std::string& line : remedy.commands) {
            text += "    " + line + "\n";
        }
    }
    return text;
}

std::string opening(const Report& report, std::string_view name)
{
    return "    <testcase" + attribute("classname", "mtls-probe." + place(report.facts.target)) +
           attribute("name", name);
}

/// Whether the target could be probed, and what came of it.
std::string probe_case(const Report& report)
{
    std::string text = opening(report, "probe") + attribute("time", seconds(report.duration_ms)) + ">";
    if (report.judgement.verdict == Verdict::unknown) {
        text += "\n      <error" + attribute("type", "unknown") + attribute("message", report.judgement.summary) + "/>";
    } else {
        text += "\n      <system-out>" + markup(report.judgement.summary) + "</system-out>";
    }
    return text + "\n    </testcase>\n";
}

std::string finding_case(const Report& report, const verdict::Finding& finding)
{
    std::string text = opening(report, finding.id) + attribute("time", "0") + ">\n      ";
    if (finding.severity == Severity::info) {
        text += "<system-out>" + markup(details(finding)) + "</system-out>";
    } else {
        text += "<failure" + attribute("type", to_string(finding.severity)) + attribute("message", finding.summary) +
                ">" + markup(details(finding)) + "</failure>";
    }
    return text + "\n    </testcase>\n";
}

std::string suite(const Report& report)
{
    const auto& findings = report.judgement.findings;
    const auto failures = std::count_if(findings.begin(), findings.end(), [](const verdict::Finding& finding) {
        return finding.severity != Severity::info;
    });
    const int errors = report.judgement.verdict == Verdict::unknown ? 1 : 0;
    std::string text = "  <testsuite" + attribute("name", report.facts.target.input) +
                       attribute("tests", std::to_string(findings.size() + 1)) +
                       attribute("failures", std::to_string(failures)) + attribute("errors", std::to_string(errors)) +
                       attribute("skipped", "0") + attribute("time", seconds(report.duration_ms)) +
                       attribute("timestamp", report.started.substr(0, report.started.find('Z'))) + ">\n" +
                       probe_case(report);
    for (const verdict::Finding& finding : findings) {
        text += finding_case(report, finding);
    }
    return text + "  </testsuite>\n";
}

} // namespace

std::string render_junit(const std::vector<Report>& reports)
{
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "mtls-probe") + ">\n";
    for (const Report& report : reports) {
        text += suite(report);
    }
    return text + "</testsuites>\n";
}

} // namespace mtls::report
