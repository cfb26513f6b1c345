#include "probe/explain/explain.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "probe/explain/messages.hpp"
#include "probe/explain/number.hpp"
#include "probe/explain/readings.hpp"
#include "probe/iis/error_log.hpp"

namespace mtls::explain {

namespace {

enum class Manner { words, sentence };

std::vector<std::string> split(std::string_view text, Manner manner)
{
    const std::string_view between = manner == Manner::sentence ? " \t\r\n,;:()[]{}=\"'<>" : " \t\r\n,;";
    std::vector<std::string> words;
    while (true) {
        const auto start = text.find_first_not_of(between);
        if (start == std::string_view::npos) {
            return words;
        }
        const auto end = std::min(text.find_first_of(between, start), text.size());
        std::string_view word = text.substr(start, end - start);
        while (word.size() > 1 && (word.back() == '.' || word.back() == '!')) {
            word.remove_suffix(1);
        }
        words.emplace_back(word);
        text.remove_prefix(end);
    }
}

std::string lower(std::string_view word)
{
    std::string text{word};
    std::transform(text.begin(), text.end(), text.begin(), [](char character) {
        return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
    });
    return text;
}

std::optional<std::uint32_t> decimal(std::string_view word)
{
    const auto number = number_of(word);
    return number ? number->decimal : std::nullopt;
}

/// Words that say of what kind the next code is, and words that go between.
std::optional<Kind> hint(std::string_view word)
{
    const std::string text = lower(word);
    if (text == "alert" || text == "fatal" || text == "remote") { // "remote error: tls: ..." is Go's
        return Kind::tls_alert;
    }
    if (text == "verify" || text == "verification") {
        return Kind::openssl_verify;
    }
    if (text == "event" || text == "eventid" || text == "schannel") {
        return Kind::schannel_event;
    }
    if (text == "http" || text == "status" || text.starts_with("http/")) {
        return Kind::http_status;
    }
    return std::nullopt;
}

bool is_filler(std::string_view word)
{
    constexpr std::array<std::string_view, 20> fillers{
        "tls",  "ssl", "fatal",  "alert",       "number", "code", "id",     "error",    "event",     "status",
        "http", "is",  "native", "description", "level",  "was",  "return", "received", "generated", "num"};
    return std::ranges::find(fillers, lower(word)) != fillers.end();
}

/// Words behind which a number is a code of Windows: `error 12044`, `native error code 2148204809`, `hr=...`.
bool announces_a_code(std::string_view word)
{
    constexpr std::array<std::string_view, 9> words{"code",  "error",   "errorcode", "hr",    "hresult",
                                                    "win32", "winhttp", "status",    "result"};
    return std::ranges::find(words, lower(word)) != words.end();
}

/// A number that is a code wherever it stands: marked as hex, or as large as those of Windows are.
bool is_plainly_a_code(const Number& number)
{
    constexpr std::uint32_t failure = 0x80000000; // the first bit of an HRESULT
    return number.marked_hex || number.decimal.value_or(0) >= failure || number.hex.value_or(0) >= failure;
}

class Reader {
  public:
    Reader(std::vector<std::string> words, Manner manner) : words_{std::move(words)}, manner_{manner} {}

    std::vector<Answer> read()
    {
        if (log_tail()) {
            return std::move(answers_);
        }
        while (at_ < words_.size()) {
            if (!hinted() && !status_pair() && !dotted_triple()) {
                single();
            }
        }
        return std::move(answers_);
    }

  private:
    /// `403 16 2148204809` or, with time-taken, `403 16 2148204809 453`, and nothing else.
    bool log_tail()
    {
        if (words_.size() < 3 || words_.size() > 4 ||
            !std::all_of(words_.begin(), words_.end(), [](const std::string& word) { return decimal(word); })) {
            return false;
        }
        const auto status = *decimal(words_[0]);
        const auto substatus = *decimal(words_[1]);
        if (status < 400 || status > 599 || substatus > 99) {
            return false;
        }
        auto page = status_page(static_cast<int>(status), static_cast<int>(substatus));
        if (!page && substatus == 0) {
            page = status_page(static_cast<int>(status), std::nullopt);
        }
        answer(words_[0] + "." + words_[1], page);
        if (*decimal(words_[2]) != 0) {
            answer(words_[2], windows_page(*decimal(words_[2])));
        }
        return true;
    }

    bool hinted()
    {
        const auto kind = hint(words_[at_]);
        if (!kind) {
            return false;
        }
        std::size_t next = at_ + 1;
        while (next < words_.size() && is_filler(words_[next])) {
            ++next;
        }
        // An alert's name may be several words: `alert unknown ca`.
        std::string joined;
        std::vector<Page> found;
        std::size_t used = 0;
        for (std::size_t count = 1; count <= 3 && next + count <= words_.size(); ++count) {
            joined += (count == 1 ? "" : "_") + words_[next + count - 1];
            if (auto pages = readings(joined, *kind); !pages.empty()) {
                found = std::move(pages);
                used = count;
            }
        }
        if (used == 0) {
            if (next == words_.size() || manner_ == Manner::sentence || !decimal(words_[next])) {
                return false;
            }
            used = 1; // `alert 255` is an unknown alert, not whatever else 255 may be
        }
        std::string asked = words_[at_];
        for (std::size_t word = next; word < next + used; ++word) {
            asked += " " + words_[word];
        }
        answers_.push_back({std::move(asked), std::move(found)});
        at_ = next + used;
        return true;
    }

    bool status_pair()
    {
        if (at_ + 1 >= words_.size() || words_[at_].size() != 3) {
            return false;
        }
        const auto status = decimal(words_[at_]);
        const auto substatus = decimal(words_[at_ + 1]);
        if (!status || !substatus || *substatus > 99) {
            return false;
        }
        const auto page = status_page(static_cast<int>(*status), static_cast<int>(*substatus));
        if (!page) {
            return false;
        }
        answer(page->code, page);
        at_ += 2;
        return true;
    }

    /// `403.16.2148204809`: status, substatus and Windows code as some tools join them.
    bool dotted_triple()
    {
        const std::string& word = words_[at_];
        const auto last = word.rfind('.');
        if (last == std::string::npos || word.find('.') == last) {
            return false;
        }
        const std::string status = word.substr(0, last);
        const auto code = decimal(std::string_view{word}.substr(last + 1));
        const auto pages = readings(status);
        if (!code || pages.size() != 1 || pages.front().kind != Kind::http_status) {
            return false;
        }
        answer(status, pages.front());
        if (*code != 0) {
            answer(word.substr(last + 1), windows_page(*code));
        }
        ++at_;
        return true;
    }

    void single()
    {
        const std::string& word = words_[at_++];
        auto pages = readings(word);
        if (pages.empty() && manner_ == Manner::words) {
            pages = within(word);
        }
        if (manner_ == Manner::sentence && stands_before_its_phrase(word)) {
            answer(word, status_page(static_cast<int>(*decimal(word)), std::nullopt));
            return;
        }
        if (manner_ == Manner::sentence) {
            const auto number = number_of(word);
            const bool any_number =
                number && !is_plainly_a_code(*number) && words_.size() > 1 &&
                (number->decimal.value_or(0) < 1000 || at_ < 2 || !announces_a_code(words_[at_ - 2]));
            std::erase_if(pages, [](const Page& page) { return page.kind == Kind::message; }); // hear() has them
            if (pages.empty() || any_number) {
                return; // a line number, a count, a year, a port
            }
        }
        answers_.push_back({word, std::move(pages)});
    }

    /// `(0x800B0109)`, `hr=0x800b0109`, `403.16:`: the last piece that is a code.
    static std::vector<Page> within(const std::string& word)
    {
        const auto pieces = split(word, Manner::sentence);
        return pieces.empty() || pieces.back() == word ? std::vector<Page>{} : readings(pieces.back());
    }

    /// `403 Forbidden`
    [[nodiscard]] bool stands_before_its_phrase(const std::string& word) const
    {
        const auto number = decimal(word);
        if (word.size() != 3 || !number || !status_page(static_cast<int>(*number), std::nullopt) ||
            at_ >= words_.size()) {
            return false;
        }
        const std::string& next = words_[at_];
        const std::string before = at_ < 2 ? "" : lower(words_[at_ - 2]);
        return !next.empty() && next.front() >= 'A' && next.front() <= 'Z' &&
               next.find_first_of("0123456789") == std::string::npos && before != "pid" && before != "tid" &&
               before != "port";
    }

    void answer(std::string asked, const std::optional<Page>& page)
    {
        answers_.push_back({std::move(asked), {}});
        if (page) {
            answers_.back().pages.push_back(*page);
        }
    }

    std::vector<std::string> words_;
    Manner manner_;
    std::size_t at_ = 0;
    std::vector<Answer> answers_;
};

bool same_pages(const Answer& left, const Answer& right)
{
    return !left.pages.empty() &&
           std::equal(left.pages.begin(), left.pages.end(), right.pages.begin(), right.pages.end(),
                      [](const Page& one, const Page& other) { return title(one) == title(other); });
}

void add(std::vector<Answer>& answers, std::vector<Answer> more)
{
    for (Answer& one : more) {
        if (std::none_of(answers.begin(), answers.end(), [&](const Answer& old) { return same_pages(old, one); })) {
            answers.push_back(std::move(one));
        }
    }
}

/// What programs say in words, then the codes among them.
std::vector<Answer> of_sentence(const std::string& argument)
{
    const auto line = iis::read_error_line(argument);
    const std::string& text = line ? line->message : argument;
    Heard heard = line ? hear_server(text) : Heard{};
    if (heard.pages.empty()) {
        heard = hear(text);
    }
    std::vector<Answer> answers;
    if (!heard.pages.empty() && heard.concerns != Concerns::nothing) {
        answers.push_back({heard.words, heard.pages});
    }
    add(answers, Reader{split(text, Manner::sentence), Manner::sentence}.read());
    if (answers.empty()) {
        answers.push_back({heard.pages.empty() ? argument : heard.words, heard.pages});
    }
    return answers;
}

} // namespace

std::vector<Answer> explain(const std::vector<std::string>& arguments)
{
    std::vector<Answer> answers;
    std::vector<std::string> words;
    const auto flush = [&] {
        if (!words.empty()) {
            add(answers, Reader{std::move(words), Manner::words}.read());
        }
        words.clear();
    };
    for (const std::string& argument : arguments) {
        if (argument.find_first_of(" \t\n") == std::string::npos) {
            const auto parts = split(argument, Manner::words);
            words.insert(words.end(), parts.begin(), parts.end());
            if (parts.empty()) {
                words.push_back(argument);
            }
            continue;
        }
        flush();
        add(answers, of_sentence(argument));
    }
    flush();
    return answers;
}

} // namespace mtls::explain
