#include <map>
#include <vector>

#include <fmt/format.h>

#include "probe/report/figures.hpp"
#include "probe/report/report.hpp"

// https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4
namespace mtls::report {

namespace {

using verdict::AttemptResult;

using Labels = std::vector<std::pair<std::string, std::string>>;

/// What a label's value may hold as it is: anything but these three.
std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char letter : text) {
        if (letter == '\\' || letter == '"') {
            safe += '\\';
            safe += letter;
        } else if (letter == '\n') {
            safe += "\\n";
        } else {
            safe += letter;
        }
    }
    return safe;
}

std::string in_braces(const Labels& labels)
{
    std::string text;
    for (const auto& [name, value] : labels) {
        text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escaped(value));
    }
    return text.empty() ? text : "{" + text + "}";
}

/// Gauges by name; the samples of one must stand together, whichever target they are of.
class Metrics {
  public:
    void put(const std::string& name, const char* help, const Labels& labels, double value)
    {
        Family& family = families_[name];
        family.help = help;
        // The same series twice would make the whole file invalid.
        if (family.samples.emplace(in_braces(labels), value).second) {
            family.order.push_back(in_braces(labels));
        }
    }

    template <class T>
    void put_if(const std::string& name, const char* help, const Labels& labels, const std::optional<T>& value)
    {
        if (value) {
            put(name, help, labels, static_cast<double>(*value));
        }
    }

    [[nodiscard]] std::string take() const
    {
        std::string text;
        for (const auto& [name, family] : families_) {
            text += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name, family.help, name);
            for (const std::string& labels : family.order) {
                text += fmt::format("{}{} {}\n", name, labels, family.samples.at(labels));
            }
        }
        return text;
    }

  private:
    struct Family {
        std::string help;
        std::map<std::string, double> samples;
        std::vector<std::string> order;
    };

    std::map<std::string, Family> families_;
};

Labels with(Labels labels, std::initializer_list<std::pair<std::string, std::string>> more)
{
    labels.insert(labels.end(), more);
    return labels;
}

std::optional<double> seconds(const std::optional<x509::Time>& time)
{
    return time ? std::optional{static_cast<double>(time->time_since_epoch().count())} : std::nullopt;
}

void put_verdict(Metrics& metrics, const Labels& target, const Report& report)
{
    using verdict::Verdict;
    for (const Verdict each : {Verdict::ok, Verdict::warning, Verdict::critical, Verdict::unknown}) {
        metrics.put("mtls_probe_verdict", "The verdict on the target: 1 for the one that holds.",
                    with(target, {{"verdict", to_string(each)}}), report.judgement.verdict == each ? 1 : 0);
    }
    metrics.put("mtls_probe_success", "Whether the target told if it asks for a certificate.", target,
                report.facts.request.status == verdict::RequestStatus::undetermined ? 0 : 1);
    metrics.put("mtls_probe_duration_seconds", "How long the probe took.", target, report.duration_ms / 1000);
    metrics.put_if("mtls_probe_timestamp_seconds", "When the probe began, in Unix time.", target,
                   seconds(report.facts.now));
    for (const verdict::Finding& finding : report.judgement.findings) {
        metrics.put("mtls_probe_finding", "A finding that the report holds: mtls-probe explain ID tells about it.",
                    with(target, {{"id", finding.id}, {"severity", to_string(finding.severity)}}), 1);
    }
}

void put_request(Metrics& metrics, const Labels& target, const verdict::Facts& facts, const Figures& numbers)
{
    using verdict::RequestStatus;
    for (const RequestStatus each : {RequestStatus::none, RequestStatus::empty, RequestStatus::list,
                                     RequestStatus::malformed, RequestStatus::undetermined}) {
        metrics.put("mtls_probe_request_status", "What a normal client is asked: 1 for the one that holds.",
                    with(target, {{"status", to_string(each)}}), facts.request.status == each ? 1 : 0);
    }
    if (facts.request.required != verdict::Required::undetermined) {
        metrics.put("mtls_probe_certificate_required",
                    "Whether the door stays shut without a certificate; absent if it could not be told.", target,
                    facts.request.required == verdict::Required::yes ? 1 : 0);
    }
    metrics.put_if("mtls_probe_issuers", "Names in the trusted issuer list.", target, numbers.issuers);
    metrics.put_if("mtls_probe_issuer_list_bytes", "Size of the trusted issuer list.", target, numbers.list_bytes);
    if (const auto hash = list_hash(facts)) {
        metrics.put("mtls_probe_issuer_list_info", "SHA-256 of the trusted issuer list as sent.",
                    with(target, {{"sha256", *hash}}), 1);
    }
    metrics.put_if("mtls_probe_server_certificate_not_after_timestamp_seconds",
                   "The end of the server certificate that expires first, in Unix time.", target,
                   seconds(numbers.server_end));
}

void put_expectation(Metrics& metrics, const Labels& target, const ExpectationFigures& numbers)
{
    metrics.put("mtls_probe_expected_issuers", "CAs that the list should name.", target,
                static_cast<double>(numbers.expected));
    metrics.put_if("mtls_probe_missing_issuers", "Expected CAs that the list does not name.", target, numbers.missing);
    metrics.put_if("mtls_probe_unexpected_issuers", "Names in the list that were not expected.", target,
                   numbers.unexpected);
}

void put_candidates(Metrics& metrics, const Labels& target, const verdict::Facts& facts)
{
    std::map<std::string, int> uses;
    for (const verdict::CandidateFacts& candidate : facts.candidates) {
        std::string name = x509::printable(candidate.label);
        if (const int use = ++uses[name]; use > 1) {
            name += fmt::format(" #{}", use); // one file may hold several
        }
        const Labels labels = with(target, {{"candidate", name}, {"subject", candidate.leaf.subject().text()}});
        metrics.put_if("mtls_probe_candidate_not_after_timestamp_seconds",
                       "The end of the client certificate, in Unix time.", labels, seconds(candidate.leaf.not_after()));
        metrics.put_if("mtls_probe_candidate_advertised",
                       "Whether the list names an issuer of the client certificate; absent without a list.", labels,
                       candidate.issuer_match.advertised);
        const auto result = candidate.attempt ? candidate.attempt->result : AttemptResult::undetermined;
        if (result == AttemptResult::accepted || result == AttemptResult::rejected) {
            metrics.put("mtls_probe_candidate_accepted",
                        "Whether the server took the client certificate; absent if it could not be told.", labels,
                        result == AttemptResult::accepted ? 1 : 0);
        }
    }
}

} // namespace

std::string render_prometheus(const std::vector<Report>& reports)
{
    Metrics metrics;
    for (const Report& report : reports) {
        metrics.put("mtls_probe_build_info", "The program that wrote this.",
                    {{"version", report.tool_version}, {"tls_library", report.tls_library}}, 1);
        const Labels target{{"target", x509::printable(report.facts.target.input)}};
        const Figures numbers = figures(report.facts);
        put_verdict(metrics, target, report);
        put_request(metrics, target, report.facts, numbers);
        if (numbers.expectation) {
            put_expectation(metrics, target, *numbers.expectation);
        }
        put_candidates(metrics, target, report.facts);
    }
    return metrics.take();
}

} // namespace mtls::report
