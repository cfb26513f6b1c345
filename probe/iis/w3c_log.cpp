#include "probe/iis/w3c_log.hpp"

#include <algorithm>
#include <array>

#include "probe/iis/common_log.hpp"
#include "probe/iis/text.hpp"

namespace mtls::iis {

namespace {

constexpr std::string_view fields_directive = "#Fields:";
constexpr std::string_view since_iis_8 =
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
    "sc-substatus sc-win32-status time-taken";
constexpr std::string_view since_iis_7 =
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus "
    "sc-win32-status time-taken";

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    while (true) {
        text = trimmed(text);
        if (text.empty()) {
            return words;
        }
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

bool is_date(std::string_view word)
{
    return word.size() == 10 && word[4] == '-' && word[7] == '-' &&
           word.find_first_not_of("0123456789-") == std::string_view::npos;
}

std::vector<std::string> guessed_fields(const std::vector<std::string>& words)
{
    for (const std::string_view usual : {since_iis_8, since_iis_7}) {
        auto fields = words_of(usual);
        if (fields.size() == words.size() && is_date(words.front())) {
            return fields;
        }
    }
    std::vector<std::string> fields(words.size());
    const bool numbers = words.size() >= 4 && std::all_of(words.end() - 4, words.end(), [](const std::string& word) {
                             return word.find_first_not_of("-0123456789") == std::string::npos;
                         });
    if (numbers) {
        constexpr std::array tail{"sc-status", "sc-substatus", "sc-win32-status", "time-taken"};
        std::ranges::copy(tail, fields.end() - 4);
    }
    return fields;
}

/// Null where the log writes `-`, for nothing.
const std::string* value(const std::vector<std::string>& fields, const std::vector<std::string>& words,
                         std::string_view name)
{
    const auto place = std::find(fields.begin(), fields.end(), name);
    if (place == fields.end()) {
        return nullptr;
    }
    const std::string& word = words[static_cast<std::size_t>(place - fields.begin())];
    return word == "-" ? nullptr : &word;
}

std::string text_or_empty(const std::string* word)
{
    return word == nullptr ? "" : *word;
}

/// IIS writes the code as an unsigned number; a negative one is what some tools make of it.
std::optional<std::uint32_t> code_of(const std::string* word)
{
    if (word == nullptr) {
        return std::nullopt;
    }
    if (const auto negative = number<std::int32_t>(*word); negative && *negative < 0) {
        return static_cast<std::uint32_t>(*negative);
    }
    return number<std::uint32_t>(*word);
}

std::optional<LogEntry> entry_of(const std::vector<std::string>& fields, const std::vector<std::string>& words)
{
    const std::string* status = value(fields, words, "sc-status");
    const auto code = status == nullptr ? std::nullopt : number<int>(*status);
    if (!code || *code < 100 || *code > 999) {
        return std::nullopt;
    }
    LogEntry entry;
    entry.status = *code;
    const std::string date = text_or_empty(value(fields, words, "date"));
    const std::string time = text_or_empty(value(fields, words, "time"));
    entry.time = date + (date.empty() || time.empty() ? "" : " ") + time;
    entry.client = text_or_empty(value(fields, words, "c-ip"));
    const std::string* stem = value(fields, words, "cs-uri-stem");
    entry.url = text_or_empty(stem != nullptr ? stem : value(fields, words, "cs-uri"));
    entry.reason = text_or_empty(value(fields, words, "s-reason"));
    if (const std::string* substatus = value(fields, words, "sc-substatus")) {
        entry.substatus = number<int>(*substatus);
    }
    entry.win32_status = code_of(value(fields, words, "sc-win32-status"));
    return entry;
}

} // namespace

std::optional<LogEntry> LogReader::read(std::string_view line)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (line.starts_with(mark)) {
        line.remove_prefix(mark.size());
    }
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (line.starts_with(fields_directive)) {
        fields_ = words_of(line.substr(fields_directive.size()));
        return std::nullopt;
    }
    const auto words = words_of(line);
    if (words.empty() || words.front().starts_with('#')) {
        return std::nullopt;
    }
    if (fields_.empty()) {
        if (auto entry = read_common_log_line(line)) {
            ++common_;
            entry->common = true;
            return entry;
        }
    }
    const auto fields = fields_.empty() ? guessed_fields(words) : fields_;
    const bool fits = fields.size() == words.size();
    auto entry = fits ? entry_of(fields, words) : std::nullopt;
    // HTTPERR also has a line for each connection that ended by itself: a reason and no status.
    const bool no_request = fits && !entry && value(fields, words, "s-reason") != nullptr;
    unreadable_ += entry || no_request ? 0 : 1;
    return entry;
}

bool looks_like_log(std::string_view text)
{
    text = trimmed(text);
    const auto words = words_of(text.substr(0, text.find('\n')));
    return !words.empty() && (words.front().starts_with('#') || (words.size() > 4 && is_date(words.front())) ||
                              read_common_log_line(text.substr(0, text.find('\n'))));
}

} // namespace mtls::iis
