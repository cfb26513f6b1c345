#include "probe/fleet/journal.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace mtls::fleet {

using verdict::Severity;
using verdict::Verdict;

namespace {

constexpr std::array verdicts{Verdict::ok, Verdict::warning, Verdict::critical, Verdict::unknown};
constexpr std::array severities{Severity::info, Severity::warning, Severity::critical};

template <class Number> std::optional<Number> number_of(std::string_view text, int base = 10)
{
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

template <class Words> auto word_of(const Words& words, std::string_view text)
    -> std::optional<typename Words::value_type>
{
    const auto found = std::find_if(words.begin(), words.end(), [&](auto word) { return text == to_string(word); });
    return found == words.end() ? std::nullopt : std::optional{*found};
}

/// What stands before the separator; the text goes on behind it.
std::string_view take(std::string_view& text, char separator)
{
    const auto end = std::min(text.find(separator), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

/// `id/severity,id/severity`, or `-`.
bool parse_findings(std::string_view text, Result& result)
{
    while (!text.empty() && text != "-") {
        auto one = take(text, ',');
        const auto id = take(one, '/');
        const auto severity = word_of(severities, one);
        if (id.empty() || !severity) {
            return false;
        }
        result.findings.emplace_back(id, *severity);
    }
    return true;
}

} // namespace

std::string to_line(const JournalLine& line)
{
    const Result& result = line.result;
    std::string findings;
    for (const auto& [id, severity] : result.findings) {
        findings += fmt::format("{}{}/{}", findings.empty() ? "" : ",", id, to_string(severity));
    }
    return fmt::format("{:016x} {} {} {} {} {}\n", result.key, to_string(result.verdict), result.list, result.names,
                       findings.empty() ? "-" : findings, line.report_end);
}

std::optional<JournalLine> parse_journal_line(std::string_view text)
{
    JournalLine line;
    const auto key = number_of<std::uint64_t>(take(text, ' '), 16);
    const auto verdict = word_of(verdicts, take(text, ' '));
    line.result.list = take(text, ' ');
    const auto names = number_of<std::size_t>(take(text, ' '));
    const bool findings = parse_findings(take(text, ' '), line.result);
    const auto end = number_of<std::uint64_t>(text);
    if (!key || !verdict || line.result.list.empty() || !names || !findings || !end) {
        return std::nullopt;
    }
    line.result.key = *key;
    line.result.verdict = *verdict;
    line.result.names = *names;
    line.report_end = *end;
    return line;
}

std::string journal_head(std::string_view kind)
{
    return fmt::format("mtls-probe-journal 1 {}\n", kind);
}

JournalEnd read_journal(std::istream& in, std::string_view head, const std::function<void(const JournalLine&)>& each)
{
    JournalEnd end;
    std::string text;
    for (std::size_t number = 1; std::getline(in, text) && !in.eof(); ++number) { // eof: without its newline
        if (number == 1) {
            if (text + '\n' != head) {
                end.bad_line = number;
                return end;
            }
        } else if (const auto line = parse_journal_line(text)) {
            each(*line);
        } else {
            end.bad_line = number;
            return end;
        }
        end.bytes += text.size() + 1;
    }
    return end;
}

} // namespace mtls::fleet
