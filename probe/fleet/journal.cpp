#include "probe/fleet/journal.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace mtls::fleet {

using verdict::RequestStatus;
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

constexpr std::string_view magic = "mtls-probe-journal 2 ";
constexpr std::string_view older_magic = "mtls-probe-journal 1 ";
constexpr std::size_t longest_line = 8192;

/// What stands before the separator; the text goes on behind it.
std::string_view take(std::string_view& text, char separator)
{
    const auto end = std::min(text.find(separator), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

/// Journals may be changed by others, and what a list or a finding is called is printed.
bool is_list(std::string_view text)
{
    constexpr std::array words{RequestStatus::none, RequestStatus::empty, RequestStatus::malformed,
                               RequestStatus::undetermined};
    return word_of(words, text) ||
           (text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

bool is_finding(std::string_view id)
{
    return !id.empty() && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// `id/severity,id/severity`, or `-`.
bool parse_findings(std::string_view text, Result& result)
{
    while (!text.empty() && text != "-") {
        auto one = take(text, ',');
        const auto id = take(one, '/');
        const auto severity = word_of(severities, one);
        if (!is_finding(id) || !severity) {
            return false;
        }
        result.findings.emplace_back(id, *severity);
    }
    return true;
}

/// Why the run that wrote the one head must not be gone on with by that of the other; null: this is no head at all.
std::optional<std::string> difference(std::string_view theirs, std::string_view ours)
{
    if (theirs.starts_with(older_magic)) {
        return "an older mtls-probe wrote it, and did not note what it asked";
    }
    if (!theirs.starts_with(magic)) {
        return std::nullopt;
    }
    while (!theirs.empty() && !ours.empty()) {
        const auto their = take(theirs, ' ');
        const auto our = take(ours, ' ');
        const auto equals = our.find('=');
        if (their == our) {
            continue;
        }
        if (equals == std::string_view::npos) {
            return "its run had another --format, or its report elsewhere (-o, stdout)";
        }
        return fmt::format("its run had other {}", options_of(our.substr(0, equals)));
    }
    return "another version of mtls-probe wrote it";
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
    if (!key || !verdict || !is_list(line.result.list) || !names || !findings || !end) {
        return std::nullopt;
    }
    line.result.key = *key;
    line.result.verdict = *verdict;
    line.result.names = *names;
    line.report_end = *end;
    return line;
}

std::string journal_head(std::string_view kind, const Questions& questions)
{
    std::string head = fmt::format("{}{}", magic, kind);
    for (const QuestionPart& part : questions) {
        head += fmt::format(" {}={}", part.name, part.hash);
    }
    return head + "\n";
}

JournalEnd read_journal(std::istream& in, std::string_view head, const std::function<void(const JournalLine&)>& each)
{
    JournalEnd end;
    const std::string_view first = head.substr(0, head.size() - 1);
    std::array<char, longest_line> buffer{};
    for (std::size_t number = 1;; ++number) {
        in.getline(buffer.data(), buffer.size());
        if (in.bad()) {
            end.unreadable = true;
            return end;
        }
        const bool cut = in.eof(); // without its newline
        const bool whole = !cut && !in.fail();
        const std::string_view text{buffer.data(), static_cast<std::size_t>(in.gcount()) - (whole ? 1 : 0)};
        if (cut) {
            if (number == 1 && !first.starts_with(text)) {
                end.bad_line = number; // what a kill left of a head begins like one
            }
            return end;
        }
        const auto line = whole && number > 1 ? parse_journal_line(text) : std::nullopt;
        if (!whole || (number == 1 ? text != first : !line)) {
            end.bad_line = number;
            end.other_run = whole && number == 1 ? difference(text, first) : std::nullopt;
            return end;
        }
        if (line) {
            each(*line);
        }
        end.bytes += text.size() + 1;
    }
}

} // namespace mtls::fleet
