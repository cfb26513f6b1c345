#include "probe/report/layout.hpp"

#include <algorithm>

namespace mtls::report {

namespace {

/// A narrower page would be all breaks.
constexpr std::size_t narrowest = 24;

/// Three of the eight colours of ECMA-48 that can be read on black and on white alike; yellow, white and cyan cannot.
/// Not in bold, which some terminals show as the bright colour.
const char* colour(Tone tone)
{
    switch (tone) {
    case Tone::strong:
        return "\033[1m";
    case Tone::good:
        return "\033[32m";
    case Tone::warn:
        return "\033[35m";
    case Tone::bad:
        return "\033[31m";
    case Tone::plain:
        break;
    }
    return "";
}

std::string_view without_trailing_blanks(std::string_view text)
{
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

} // namespace

Tone tone_of(verdict::Severity severity)
{
    switch (severity) {
    case verdict::Severity::critical:
        return Tone::bad;
    case verdict::Severity::warning:
        return Tone::warn;
    case verdict::Severity::info:
        break;
    }
    return Tone::strong;
}

std::size_t columns(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width)
{
    std::vector<std::string> lines;
    if (columns(text) <= width) {
        lines.emplace_back(text);
        return lines;
    }
    std::string line;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && columns(line) + 1 + columns(word) > width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        if (!line.empty()) {
            line += ' ';
        }
        line += word;
    }
    lines.push_back(std::move(line));
    return lines;
}

void Page::blank()
{
    text_ += '\n';
}

void Page::heading(std::string_view text)
{
    blank();
    put("", text, Tone::plain, Tone::strong);
}

void Page::put(std::string_view lead, std::string_view text, Tone lead_tone, Tone text_tone)
{
    const std::size_t hanging = columns(lead);
    const auto whole = static_cast<std::size_t>(std::max(style_.width, 0));
    const std::size_t width = std::max(narrowest, whole > hanging ? whole - hanging : 0);
    bool first = true;
    for (const std::string& line : wrapped(text, width)) {
        const std::string_view visible = without_trailing_blanks(line);
        if (first) {
            text_ += painted(visible.empty() ? without_trailing_blanks(lead) : lead, lead_tone);
        } else if (!visible.empty()) {
            text_.append(hanging, ' ');
        }
        text_ += painted(visible, text_tone) + "\n";
        first = false;
    }
}

void Page::put_in_one_line(std::string_view lead, std::string_view text, Tone lead_tone)
{
    constexpr std::string_view cut = " ...";
    const std::size_t taken = columns(lead) + cut.size();
    const auto whole = static_cast<std::size_t>(std::max(style_.width, 0));
    const std::size_t width = std::max(narrowest, whole > taken ? whole - taken : 0);
    if (columns(text) <= width + cut.size()) {
        put(lead, text, lead_tone);
        return;
    }
    std::string start = wrapped(text, width).front();
    if (columns(start) > width) { // one long word
        std::size_t end = 0;
        for (std::size_t column = 0; column < width; ++column) {
            do {
                ++end;
            } while (end < start.size() && (static_cast<unsigned char>(start[end]) & 0xc0U) == 0x80U);
        }
        start.resize(end);
    }
    if (start.ends_with(':')) {
        start.pop_back();
    }
    put(lead, start + std::string{cut}, lead_tone);
}

void Page::paste(std::size_t indent, std::string_view text)
{
    text_.append(indent, ' ');
    text_.append(text);
    text_ += '\n';
}

std::string Page::painted(std::string_view text, Tone tone) const
{
    const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
    const std::string_view words = without_trailing_blanks(text.substr(start));
    if (!style_.color || tone == Tone::plain || words.empty()) {
        return std::string{text};
    }
    std::string result{text.substr(0, start)};
    result.append(colour(tone)).append(words).append("\033[0m");
    result.append(text.substr(start + words.size()));
    return result;
}

} // namespace mtls::report
