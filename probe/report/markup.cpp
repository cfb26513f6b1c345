#include "probe/report/markup.hpp"

#include "certs/x509/unicode.hpp"

namespace mtls::report {

namespace {

constexpr char32_t replacement = 0xfffd;

void append(std::string& safe, char32_t character)
{
    switch (character) {
    case '&':
        safe += "&amp;";
        return;
    case '<':
        safe += "&lt;";
        return;
    case '>':
        safe += "&gt;";
        return;
    case '"':
        safe += "&quot;";
        return;
    case '\'':
        safe += "&#39;";
        return;
    default:
        break;
    }
    x509::append_utf8(safe, character == '\n' || x509::is_printable(character) ? character : replacement);
}

} // namespace

std::string markup(std::string_view text)
{
    std::string safe;
    safe.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto point = x509::decode_utf8(text, at);
        append(safe, point ? point->value : replacement);
        at += point ? point->size : 1;
    }
    return safe;
}

} // namespace mtls::report
