#include "probe/iis/common_log.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "probe/iis/text.hpp"

namespace mtls::iis {

namespace {

std::optional<unsigned> month_of(std::string_view name)
{
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* const found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt : std::optional{static_cast<unsigned>(found - names.begin()) + 1};
}

/// "20/Nov/2026:22:00:00 +0100" as "2026-11-20 21:00:00", which is UTC as in the logs of IIS. "" if it is no time.
std::string in_utc(std::string_view text)
{
    constexpr std::string_view shape = "20/Nov/2026:22:00:00 +0100";
    if (text.size() != shape.size() || text[2] != '/' || text[6] != '/' || text[20] != ' ' ||
        (text[21] != '+' && text[21] != '-')) {
        return "";
    }
    const auto field = [&](std::size_t at, std::size_t size) { return number<unsigned>(text.substr(at, size)); };
    const auto month = month_of(text.substr(3, 3));
    const auto day = field(0, 2);
    const auto year = field(7, 4);
    const auto hour = field(12, 2);
    const auto minute = field(15, 2);
    const auto second = field(18, 2);
    const auto zone_hours = field(22, 2);
    const auto zone_minutes = field(24, 2);
    if (!month || !day || !year || !hour || !minute || !second || !zone_hours || !zone_minutes) {
        return "";
    }
    using namespace std::chrono;
    const auto zone = (hours{*zone_hours} + minutes{*zone_minutes}) * (text[21] == '-' ? -1 : 1);
    const year_month_day local_day{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                   std::chrono::day{*day}};
    if (!local_day.ok()) {
        return "";
    }
    const sys_seconds moment = sys_days{local_day} + hours{*hour} + minutes{*minute} + seconds{*second} - zone;
    const year_month_day date{floor<days>(moment)};
    const hh_mm_ss time{moment - floor<days>(moment)};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count());
}

/// The word before the last two, since some write the virtual host before the client.
std::string client_of(std::string_view before_the_time)
{
    std::array<std::string_view, 3> last;
    std::string_view rest = trimmed(before_the_time);
    for (std::size_t at = last.size(); at-- > 0;) {
        const auto blank = rest.rfind(' ');
        last.at(at) = blank == std::string_view::npos ? rest : rest.substr(blank + 1);
        rest = blank == std::string_view::npos ? std::string_view{} : trimmed(rest.substr(0, blank));
    }
    return std::string{last.front()};
}

/// "GET /x?y HTTP/1.1" as "/x"; "" for what was no request line.
std::string path_of(std::string_view request)
{
    const auto from = request.find(' ');
    if (from == std::string_view::npos) {
        return "";
    }
    const std::string_view url = request.substr(from + 1);
    return std::string{url.substr(0, url.find_first_of(" ?"))};
}

/// Where a quoted text that begins here ends; what is quoted in it has a backslash.
std::size_t end_of_quoted(std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at;
        }
    }
    return std::string_view::npos;
}

} // namespace

std::optional<LogEntry> read_common_log_line(std::string_view line)
{
    constexpr std::string_view before_request = "] \"";
    const auto opened = line.find(" [");
    const auto closed = opened == std::string_view::npos ? opened : line.find(before_request, opened);
    if (closed == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view rest = line.substr(closed + before_request.size());
    const auto quote = end_of_quoted(rest);
    if (quote == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view answer = trimmed(rest.substr(quote + 1));
    const auto status = number<unsigned>(answer.substr(0, answer.find(' ')));
    const std::string client = client_of(line.substr(0, opened));
    std::string time = in_utc(line.substr(opened + 2, closed - opened - 2));
    if (!status || *status < 100 || *status > 999 || client.empty() || time.empty()) {
        return std::nullopt;
    }
    LogEntry entry;
    entry.time = std::move(time);
    entry.client = client;
    entry.url = path_of(rest.substr(0, quote));
    entry.status = static_cast<int>(*status);
    return entry;
}

} // namespace mtls::iis
