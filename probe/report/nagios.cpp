#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "probe/report/figures.hpp"
#include "probe/report/report.hpp"
#include "probe/verdict/phrases.hpp"

// https://nagios-plugins.org/doc/guidelines.html, "Plugin Output for Nagios" and "Performance data"
namespace mtls::report {

namespace {

using verdict::Verdict;

/// Nagios keeps 8 KiB of a plugin's output, and NRPE may carry less.
constexpr std::size_t longest_output = 7000;
constexpr std::size_t longest_line = 400;

/// What ends the text and begins the perfdata must not stand in a text; names are escaped already.
std::string safe(std::string_view text)
{
    std::string line;
    for (const char letter : text) {
        if (letter == '|') {
            line += "\\7C";
        } else {
            line += static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
        }
    }
    return line;
}

/// A label without what would end it.
std::string label(const std::string& prefix, const char* name)
{
    std::string text = prefix + name;
    std::replace_if(
        text.begin(), text.end(), [](char letter) { return letter == '\'' || letter == '=' || letter == '|'; }, '_');
    return text.find(' ') == std::string::npos ? text : "'" + text + "'";
}

/// `label=value;warn;crit;min`, separated by blanks.
class PerfData {
  public:
    explicit PerfData(std::string prefix) : prefix_{std::move(prefix)} {}

    /// `value` null: "U", could not tell.
    void count(const char* name, std::optional<std::size_t> value, std::string_view limits)
    {
        put(name, value ? std::to_string(*value) : "U", fmt::format("{};0", limits));
    }

    /// Fewer days than the limit are a problem, which as a range is `limit:`.
    void days(const char* name, long left, std::optional<std::chrono::days> warning,
              std::optional<std::chrono::days> critical)
    {
        const auto range = [](std::optional<std::chrono::days> limit) {
            return limit ? fmt::format("{}:", limit->count()) : std::string{};
        };
        put(name, std::to_string(left), fmt::format("{};{}", range(warning), range(critical)));
    }

    void seconds(const char* name, double value, const verdict::Limits& limits)
    {
        const auto range = [](std::optional<std::chrono::milliseconds> limit) {
            return limit ? fmt::format("{}", std::chrono::duration<double>(*limit).count()) : std::string{};
        };
        put(name, fmt::format("{:.3f}s", value),
            fmt::format("{};{};0", range(limits.warning.duration), range(limits.critical.duration)));
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    void put(const char* name, const std::string& value, std::string_view rest)
    {
        text_ += fmt::format("{}{}={};{}", text_.empty() ? "" : " ", label(prefix_, name), value, rest);
    }

    std::string prefix_;
    std::string text_;
};

std::string perfdata(const Report& report, const std::string& prefix)
{
    const verdict::Facts& facts = report.facts;
    const Figures numbers = figures(facts);
    PerfData data{prefix};
    data.count("issuers", numbers.issuers, ";");
    if (numbers.expectation) {
        const bool exact = facts.expectation->mode == issuers::ExpectMode::exact;
        data.count("missing", numbers.expectation->missing, "0;0");
        data.count("unexpected", numbers.expectation->unexpected, exact ? "0;" : ";");
    }
    if (!facts.candidates.empty()) {
        data.count("accepted", numbers.accepted, ";");
        data.count("refused", numbers.rejected, ";");
    }
    const auto& [warning, critical] = facts.limits;
    if (numbers.server_end) {
        data.days("server_days", days_until(facts.now, *numbers.server_end), warning.days_left, critical.days_left);
    }
    if (numbers.candidate_end) {
        data.days("candidate_days", days_until(facts.now, *numbers.candidate_end),
                  warning.days_left.value_or(verdict::usual_days_left), critical.days_left);
    }
    data.seconds("time", report.duration_ms / 1000, facts.limits);
    return data.take();
}

std::string upper(Verdict verdict)
{
    switch (verdict) {
    case Verdict::ok:
        return "OK";
    case Verdict::warning:
        return "WARNING";
    case Verdict::critical:
        return "CRITICAL";
    case Verdict::unknown:
        break;
    }
    return "UNKNOWN";
}

/// The report's summary, with the target if it does not name it itself: whoever is woken by it should see which.
std::string statement(const Report& report)
{
    const bool names_target = report.facts.request.status == verdict::RequestStatus::undetermined;
    return names_target ? report.judgement.summary
                        : fmt::format("{}: {}", place(report.facts.target), report.judgement.summary);
}

/// Lines below the first one, as long as there is room; the last one says what had none.
class LongOutput {
  public:
    explicit LongOutput(std::size_t room) : room_{room} {}

    void put(std::string_view indent, const std::string& text)
    {
        const std::string line = fmt::format("{}{}\n", indent, safe(verdict::clipped(text, longest_line)));
        if (left_out_ > 0 || text_.size() + line.size() > room_) {
            ++left_out_;
        } else {
            text_ += line;
        }
    }

    [[nodiscard]] std::string take()
    {
        return left_out_ == 0 ? std::move(text_)
                              : text_ + fmt::format("... {} left out: --format text shows all\n",
                                                    verdict::counted(left_out_, "line"));
    }

  private:
    std::size_t room_;
    std::size_t left_out_ = 0;
    std::string text_;
};

void put_finding(LongOutput& below, const verdict::Finding& finding)
{
    below.put("", fmt::format("{} {}: {}", to_string(finding.severity), finding.id, finding.summary));
    for (const std::string& line : finding.evidence) {
        below.put("  - ", line);
    }
    if (finding.remedies.empty() || !finding.follows_from.empty()) {
        return;
    }
    const verdict::Remedy& first = finding.remedies.front();
    below.put("  ", fmt::format("fix ({}): {}", first.applies_to, first.text));
    for (const std::string& line : first.commands) {
        below.put("    ", line);
    }
}

/// What tells the labels of several targets apart: "pki.example.com:443 "; nothing for one.
class Prefixes {
  public:
    explicit Prefixes(std::size_t targets) : several_{targets > 1} {}

    std::string next(const Report& report)
    {
        if (!several_) {
            return {};
        }
        const std::string text = place(report.facts.target);
        const int use = ++uses_[text];
        return use == 1 ? text + " " : fmt::format("{} #{} ", text, use);
    }

  private:
    bool several_;
    std::map<std::string, int> uses_;
};

/// "3 targets, 1 critical, 2 ok; ": nothing for one.
std::string tally(const std::vector<Report>& reports)
{
    if (reports.size() == 1) {
        return {};
    }
    std::map<Verdict, std::size_t> counts;
    for (const Report& report : reports) {
        ++counts[report.judgement.verdict];
    }
    std::string text = verdict::counted(reports.size(), "target");
    for (const Verdict each : {Verdict::critical, Verdict::unknown, Verdict::warning, Verdict::ok}) {
        if (counts[each] > 0) {
            text += fmt::format(", {} {}", counts[each], to_string(each));
        }
    }
    return text + "; ";
}

} // namespace

std::string render_nagios(const std::vector<Report>& reports)
{
    const Report* worst = &reports.front();
    std::string data;
    Prefixes prefixes{reports.size()};
    for (const Report& report : reports) {
        if (worse(worst->judgement.verdict, report.judgement.verdict) != worst->judgement.verdict) {
            worst = &report;
        }
        data += (data.empty() ? "" : " ") + perfdata(report, prefixes.next(report));
    }
    const std::string first =
        fmt::format("MTLS {} - {} | {}\n", upper(worst->judgement.verdict),
                    safe(verdict::clipped(tally(reports) + statement(*worst), 2 * longest_line)), data);
    LongOutput below{longest_output - std::min(longest_output, first.size())};
    for (const Report& report : reports) {
        if (reports.size() > 1) {
            below.put("", fmt::format("{} {}", upper(report.judgement.verdict), statement(report)));
        }
        for (const verdict::Finding& finding : report.judgement.findings) {
            put_finding(below, finding);
        }
    }
    return first + below.take();
}

std::string render_nagios_unknown(std::string_view why)
{
    return fmt::format("MTLS UNKNOWN - {}\n", safe(verdict::clipped(std::string{why}, 2 * longest_line)));
}

} // namespace mtls::report
