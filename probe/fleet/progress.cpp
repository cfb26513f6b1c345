#include "probe/fleet/progress.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mtls::fleet {

using verdict::Verdict;

namespace {

std::string clock_of(double seconds)
{
    const auto whole = static_cast<long>(std::ceil(seconds));
    return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                        : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

} // namespace

std::string progress_line(const Tally& tally, const Standing& standing, std::size_t width)
{
    const std::size_t done = tally.total();
    const double rate =
        standing.elapsed.count() > 0 ? static_cast<double>(done - standing.before) / standing.elapsed.count() : 0;
    const std::string pace = fmt::format("{:.{}f}/s", rate, rate < 10 ? 1 : 0);
    std::string left;
    if (standing.of && *standing.of > done && rate > 0) {
        left = clock_of(static_cast<double>(*standing.of - done) / rate) + " left";
    }
    // What says most stands first: a terminal may be too narrow for the rest.
    std::string wordy =
        fmt::format("{}{} done, {}", done, standing.of ? fmt::format(" of {}", *standing.of) : "", pace);
    std::string terse = fmt::format("{}{} {}", done, standing.of ? fmt::format("/{}", *standing.of) : "", pace);
    wordy += left.empty() ? "" : ", about " + left;
    terse += left.empty() ? "" : " " + left;
    constexpr std::array words{std::pair{Verdict::ok, "ok"}, std::pair{Verdict::warning, "warn"},
                               std::pair{Verdict::critical, "crit"}, std::pair{Verdict::unknown, "unknown"}};
    const char* separator = ", ";
    for (const auto& [verdict, short_word] : words) {
        if (const std::size_t count = tally.count(verdict); count > 0) {
            wordy += fmt::format(", {} {}", count, to_string(verdict));
            terse += fmt::format("{}{} {}", separator, count, short_word);
            separator = " ";
        }
    }
    return wordy.size() <= width ? wordy : terse;
}

Console::Console(ShowProgress show)
{
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const char* term = std::getenv("TERM");
    shown_ = show == ShowProgress::always || (show == ShowProgress::automatic && terminal);
    in_place_ = shown_ && terminal && term != nullptr && std::string_view{term} != "dumb";
}

std::size_t Console::width() const
{
    winsize size{};
    const std::size_t columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
    // Written over in place, it must not reach the last column: some terminals go on to the next line there.
    return in_place_ ? columns - 1 : std::string::npos;
}

std::chrono::milliseconds Console::interval() const
{
    return std::chrono::milliseconds{in_place_ ? 250 : 2000};
}

void Console::show(const std::string& line)
{
    if (!shown_) {
        return;
    }
    if (!in_place_) {
        std::cerr << line << std::endl;
        return;
    }
    std::cerr << '\r' << line.substr(0, width()) << "\x1b[K" << std::flush;
    standing_ = true;
}

void Console::say(const std::string& sentence)
{
    print("mtls-probe: " + sentence + '\n');
}

void Console::print(const std::string& text)
{
    clear();
    std::cerr << text << std::flush;
}

void Console::clear()
{
    if (standing_) {
        std::cerr << "\r\x1b[K" << std::flush;
        standing_ = false;
    }
}

} // namespace mtls::fleet
