#include "certs/pki/key_lengths.hpp"

#include <algorithm>
#include <string>

namespace mtls::pki {

namespace {

/// The size of the string that `text` begins with, quotes included. One that does not end reaches to where toml++
/// stops: the end of the line or, if it may have many, of the text.
///
/// TOML v1.0.0, String
///    Multi-line basic strings are surrounded by three quotation marks on each side [...]
///    You can write a quotation mark, or two adjacent quotation marks, anywhere inside a multi-line basic string.
std::size_t size_of_string(std::string_view text)
{
    const char quote = text.front();
    const std::string three(3, quote);
    const bool multi_line = text.starts_with(three);
    const std::string_view end = multi_line ? std::string_view{three} : text.substr(0, 1);
    for (std::size_t at = end.size(); at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text.substr(at).starts_with(end)) {
            at += end.size();
            for (int more = 0; multi_line && more < 2 && at < text.size() && text[at] == quote; ++more) {
                ++at; // quotes that the string ends in
            }
            return at;
        } else if (text[at] == '\n' && !multi_line) {
            return at;
        }
    }
    return text.size();
}

Mistake mistake_at(std::string_view text, std::size_t place)
{
    const std::string_view before = text.substr(0, place);
    const auto newline = before.rfind('\n');
    const std::string_view line = before.substr(newline == std::string_view::npos ? 0 : newline + 1);
    return {.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n')),
            .column = 1 + static_cast<std::size_t>(std::ranges::count_if(line, begins_character)),
            .why =
                "this key has too many parts: at most " + std::to_string(most_key_parts) + " with dots between them"};
}

} // namespace

std::optional<Mistake> key_that_is_too_long(std::string_view text)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    constexpr std::string_view never_in_a_key = "\n=,[]{}";
    text.remove_prefix(text.starts_with(mark) ? mark.size() : 0);
    std::optional<std::size_t> key;
    std::size_t dots = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char byte = text[at];
        if (byte == '#') {
            at = std::min(text.find('\n', at), text.size());
            continue;
        }
        if (never_in_a_key.find(byte) != std::string_view::npos) {
            key.reset();
            dots = 0;
        } else if (!key && byte != ' ' && byte != '\t' && byte != '\r') {
            key = at;
        }
        dots += byte == '.' ? 1 : 0;
        if (dots >= most_key_parts) {
            return mistake_at(text, key.value_or(at));
        }
        at += byte == '"' || byte == '\'' ? size_of_string(text.substr(at)) : 1;
    }
    return std::nullopt;
}

} // namespace mtls::pki
