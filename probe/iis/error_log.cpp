#include "probe/iis/error_log.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "probe/iis/text.hpp"

namespace mtls::iis {

namespace {

constexpr std::size_t longest_beginning = 200; // what others put before the line

/// `9` stands for a digit, `a` for a letter, everything else for itself.
bool has_shape(std::string_view text, std::string_view shape)
{
    const auto is_digit = [](char one) { return one >= '0' && one <= '9'; };
    const auto is_letter = [](char one) { return (one >= 'A' && one <= 'Z') || (one >= 'a' && one <= 'z'); };
    return text.size() >= shape.size() &&
           std::equal(shape.begin(), shape.end(), text.begin(), [&](char wanted, char one) {
               return wanted == '9' ? is_digit(one) : wanted == 'a' ? is_letter(one) : wanted == one;
           });
}

/// Where the first text of this shape begins.
std::size_t find_shape(std::string_view line, std::string_view shape)
{
    const std::size_t end = std::min(line.size(), longest_beginning);
    for (std::size_t at = 0; at < end; ++at) {
        if (has_shape(line.substr(at), shape)) {
            return at;
        }
    }
    return std::string_view::npos;
}

unsigned month_of(std::string_view name)
{
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return static_cast<unsigned>(std::find(names.begin(), names.end(), name) - names.begin()) + 1;
}

/// From `open` on, or from behind it, to `close`; "" if there is none.
std::string_view between(std::string_view text, std::string_view open, std::string_view close)
{
    const auto from = text.find(open);
    if (from == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(from + open.size());
    return rest.substr(0, rest.find(close));
}

/// "127.0.0.1:43342", "[::1]:5": without the port.
std::string without_port(std::string_view address)
{
    const auto colon = address.rfind(':');
    const bool has_port = colon != std::string_view::npos && colon + 1 < address.size() &&
                          address.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    return std::string{has_port ? address.substr(0, colon) : address};
}

/// `2026/11/27 07:12:45 [info] 11868#11868: *10 MESSAGE, client: 127.0.0.1, server: x, request: "GET / HTTP/1.1", host:
/// "x:443"`
std::optional<ErrorLine> read_nginx_line(std::string_view line)
{
    constexpr std::string_view shape = "9999/99/99 99:99:99 [";
    constexpr std::string_view first_field = ", client: ";
    const auto start = find_shape(line, shape);
    if (start == std::string_view::npos) {
        return std::nullopt;
    }
    line.remove_prefix(start);
    const auto process = line.find('#', shape.size());
    const auto colon = process == std::string_view::npos ? process : line.find(": ", process);
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view said = line.substr(colon + 2);
    if (said.starts_with('*')) { // the number of the connection
        said = said.substr(std::min(said.size(), said.find(' ')));
    }
    ErrorLine entry;
    entry.server = "nginx";
    entry.time = fmt::format("{}-{}-{}", line.substr(0, 4), line.substr(5, 2), line.substr(8, 11));
    const auto fields = said.find(first_field);
    entry.message = std::string{trimmed(said.substr(0, fields))};
    if (fields != std::string_view::npos) {
        const std::string_view rest = said.substr(fields);
        entry.client = without_port(between(rest, first_field, ","));
        const std::string_view request = between(rest, "request: \"", "\"");
        const std::string_view url = between(request, " ", " ");
        entry.where = std::string{between(rest, "host: \"", "\"")} + std::string{url.substr(0, url.find('?'))};
    }
    return entry;
}

/// `[Fri Nov 27 07:14:16.924685 2026] [ssl:info] [pid 7:tid 9] [client 127.0.0.1:45056] AH02276: MESSAGE [subject:
/// ...]`
std::optional<ErrorLine> read_apache_line(std::string_view line)
{
    constexpr std::string_view shape = "[aaa aaa 99 99:99:99";
    const auto start = find_shape(line, shape);
    if (start == std::string_view::npos) {
        return std::nullopt;
    }
    line.remove_prefix(start);
    const auto closed = line.find("] ");
    const unsigned month = month_of(line.substr(5, 3));
    if (closed == std::string_view::npos || closed < shape.size() + 4 || month > 12) {
        return std::nullopt;
    }
    ErrorLine entry;
    entry.server = "apache";
    entry.time =
        fmt::format("{}-{:02}-{} {}", line.substr(closed - 4, 4), month, line.substr(9, 2), line.substr(12, 8));
    std::string_view said = trimmed(line.substr(closed + 1));
    bool tagged = false;
    while (said.find("] ") != std::string_view::npos) {
        // `(111)Connection refused: [client ...`: what the system says stands before the client.
        const auto of_the_system = said.starts_with('(') ? said.find(": [client ") : std::string_view::npos;
        said = of_the_system == std::string_view::npos ? said : said.substr(of_the_system + 2);
        if (!said.starts_with('[')) {
            break;
        }
        const std::string_view tag = said.substr(1, said.find("] ") - 1);
        for (const std::string_view who : {"client ", "remote "}) {
            if (tag.starts_with(who)) {
                entry.client = without_port(tag.substr(who.size()));
            }
        }
        tagged = true;
        said = trimmed(said.substr(tag.size() + 2));
    }
    // Names that the client has chosen are no part of what the server says.
    entry.message = std::string{trimmed(said.substr(0, std::min(said.find(" [subject: "), said.find(", referer: "))))};
    return tagged ? std::optional{entry} : std::nullopt;
}

/// `127.0.0.1:57840 [27/Nov/2026:07:31:30.403] frontend/1: MESSAGE`, behind whatever syslog writes.
std::optional<ErrorLine> read_haproxy_line(std::string_view line)
{
    constexpr std::string_view shape = "[99/aaa/9999:99:99:99.999] ";
    const auto start = find_shape(line, shape);
    if (start == std::string_view::npos || start < 2 || line[start - 1] != ' ') {
        return std::nullopt;
    }
    const std::string_view before = line.substr(0, start - 1);
    const std::string_view time = line.substr(start + 1);
    const unsigned month = month_of(time.substr(3, 3));
    if (month > 12) {
        return std::nullopt;
    }
    ErrorLine entry;
    entry.server = "haproxy";
    entry.client = without_port(before.substr(before.rfind(' ') + 1)); // npos + 1: all of it
    entry.time = fmt::format("{}-{:02}-{} {}", time.substr(7, 4), month, time.substr(0, 2), time.substr(12, 8));
    const std::string_view said = line.substr(start + shape.size());
    const auto end = std::min(said.find(' '), said.size());
    entry.where = std::string{said.substr(0, std::min(end, said.find_first_of("/~:")))};
    entry.message = std::string{trimmed(said.substr(end))};
    return entry;
}

} // namespace

std::optional<ErrorLine> read_error_line(std::string_view line)
{
    line = trimmed(line);
    if (line.empty()) {
        return std::nullopt;
    }
    for (const auto read : {read_nginx_line, read_apache_line, read_haproxy_line}) {
        if (auto entry = read(line)) {
            return entry;
        }
    }
    return std::nullopt;
}

} // namespace mtls::iis
