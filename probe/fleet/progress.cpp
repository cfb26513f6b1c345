#include "probe/fleet/progress.hpp"

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string_view>

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

std::size_t terminal_width()
{
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

} // namespace

std::string progress_line(const Tally& tally, const Standing& standing)
{
    const std::size_t done = tally.total();
    const double rate =
        standing.elapsed.count() > 0 ? static_cast<double>(done - standing.before) / standing.elapsed.count() : 0;
    std::string line = fmt::format("{}{} done, {:.{}f}/s, {} ok, {} warning, {} critical, {} unknown", done,
                                   standing.of ? fmt::format(" of {}", *standing.of) : "", rate, rate < 10 ? 1 : 0,
                                   tally.count(Verdict::ok), tally.count(Verdict::warning),
                                   tally.count(Verdict::critical), tally.count(Verdict::unknown));
    if (standing.of && *standing.of > done && rate > 0) {
        line += fmt::format(", about {} left", clock_of(static_cast<double>(*standing.of - done) / rate));
    }
    return line;
}

Console::Console(ShowProgress show)
{
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const char* term = std::getenv("TERM");
    shown_ = show == ShowProgress::always || (show == ShowProgress::automatic && terminal);
    in_place_ = shown_ && terminal && term != nullptr && std::string_view{term} != "dumb";
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
    std::cerr << '\r' << line.substr(0, terminal_width() - 1) << "\x1b[K" << std::flush;
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
