#include "certs/pki/redefinition.hpp"

#include <algorithm>
#include <string>

#include "certs/x509/name.hpp"

namespace mtls::pki {
namespace {

std::string_view line_of(std::string_view text, std::size_t number)
{
    for (; number > 1 && !text.empty(); --number) {
        const auto end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return text.substr(0, text.find('\n'));
}

/// The first `count` characters.
std::string_view first_characters(std::string_view line, std::size_t count)
{
    std::size_t size = 0;
    while (size < line.size() && (count > 0 || !begins_character(line[size]))) {
        count -= begins_character(line[size]) ? 1 : 0;
        ++size;
    }
    return line.substr(0, size);
}

std::string_view without_blanks(std::string_view line)
{
    const auto last = line.find_last_not_of(" \t");
    return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// Takes `wanted` and the blanks behind it off the end of `line`, if it is there.
bool take_back(std::string_view& line, char wanted)
{
    const std::string_view rest = without_blanks(line);
    if (!rest.ends_with(wanted)) {
        return false;
    }
    line = rest.substr(0, rest.size() - 1);
    return true;
}

/// One bare or quoted part of a key off the end of `line`.
bool take_back_part(std::string_view& line)
{
    constexpr std::string_view bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    line = without_blanks(line);
    const std::size_t whole = line.size();
    for (const char quote : {'"', '\''}) {
        if (line.ends_with(quote)) {
            line.remove_suffix(1);
            auto begin = line.rfind(quote);
            while (quote == '"' && begin != std::string_view::npos && begin > 0 && line[begin - 1] == '\\') {
                begin = line.rfind(quote, begin - 1);
            }
            line = line.substr(0, begin == std::string_view::npos ? 0 : begin);
            return begin != std::string_view::npos;
        }
    }
    const auto last = line.find_last_not_of(bare);
    line = line.substr(0, last == std::string_view::npos ? 0 : last + 1);
    return line.size() < whole;
}

} // namespace

Mistake mistake_of(const toml::parse_error& error, std::string_view text)
{
    const toml::source_position place = error.source().begin;
    Mistake mistake{.line = place.line,
                    .column = place.column,
                    .why = x509::printable(error.description())}; // it quotes the bytes of the file
    if (error.description().find("cannot redefine existing ") == std::string_view::npos) { // the library has no codes
        return mistake;
    }
    const std::string_view line = first_characters(line_of(text, place.line), place.column - 1);
    std::string_view before = line;
    if (!take_back(before, '=')) { // a table's header, which it places well
        return mistake;
    }
    const std::size_t end = without_blanks(before).size();
    bool found = take_back_part(before);
    while (found && take_back(before, '.')) {
        found = take_back_part(before);
    }
    if (found) {
        mistake.column = static_cast<std::size_t>(1 + std::ranges::count_if(before, begins_character));
        mistake.why =
            "the key '" + x509::printable(line.substr(before.size(), end - before.size())) + "' is there already";
    }
    return mistake;
}

} // namespace mtls::pki
