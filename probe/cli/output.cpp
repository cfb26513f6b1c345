#include "probe/cli/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/program/print.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::cli {

namespace {

int terminal_width()
{
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

[[noreturn]] void cannot_write(const std::filesystem::path& path, const std::string& why)
{
    throw x509::ConfigError{"write " + x509::printable(path.string()) + ": " + why};
}

void write_into(const std::filesystem::path& path, std::string_view text)
{
    std::ofstream file{path, std::ios::binary};
    file << text;
    file.close();
    if (!file) {
        cannot_write(path, std::strerror(errno));
    }
}

/// Makes the file that shall replace `path`, and hands on who may read that one. Anew: in a folder that others may
/// write to, a link could lie in wait under that name.
bool make_draft(const std::filesystem::path& draft, const std::filesystem::path& path)
{
    struct stat before {};

    const bool replaces = ::stat(path.c_str(), &before) == 0;
    (void)::unlink(draft.c_str());
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, replaces ? 0600 : 0666);
    if (file < 0) {
        return false;
    }
    if (replaces) {
        // Only root may in every case; what was for another group is not for ours.
        const bool same_group = ::fchown(file, before.st_uid, before.st_gid) == 0;
        (void)::fchmod(file, before.st_mode & (S_IRWXU | S_IRWXO | (same_group ? S_IRWXG : 0U)));
    }
    ::close(file);
    return true;
}

/// Whole or not at all: a reader (a collector, a dashboard) must never see half a report.
void replace_file(const std::filesystem::path& file, std::string_view text)
{
    // A link stays one: what it points at is written.
    std::error_code error;
    const auto resolved = std::filesystem::canonical(file, error);
    const auto path = error ? file : resolved;
    if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
        write_into(path, text); // a pipe or a device: nothing to replace
        return;
    }
    auto draft = path;
    draft += ".tmp" + std::to_string(getpid());
    if (!make_draft(draft, path)) {
        cannot_write(path, std::strerror(errno));
    }
    std::ofstream stream{draft, std::ios::binary | std::ios::trunc};
    stream << text;
    stream.close();
    if (!stream || std::rename(draft.c_str(), path.c_str()) != 0) {
        const std::string why = std::strerror(errno);
        (void)std::remove(draft.c_str());
        cannot_write(path, why);
    }
}

} // namespace

report::TextStyle text_style(const Options& options)
{
    const bool terminal = !options.output && isatty(STDOUT_FILENO) == 1;
    const char* term = std::getenv("TERM");
    const bool wanted = std::getenv("NO_COLOR") == nullptr && term != nullptr && std::string_view{term} != "dumb";
    report::TextStyle style;
    style.color = options.color == Color::always || (options.color == Color::automatic && terminal && wanted);
    style.width = terminal ? std::clamp(terminal_width(), 60, 120) : 80;
    style.verbose = options.verbose;
    return style;
}

std::string render(const Options& options, const std::vector<report::Report>& reports)
{
    switch (options.format) {
    case Format::json:
        return reports.size() == 1 ? report::render_json(reports.front()) : report::render_json(reports);
    case Format::nagios:
        return report::render_nagios(reports);
    case Format::prometheus:
        return report::render_prometheus(reports);
    case Format::junit:
        return report::render_junit(reports);
    case Format::html:
        return report::render_html(reports);
    case Format::jsonl:
    case Format::text:
        break;
    }
    std::string text;
    for (const auto& report : reports) {
        if (options.format == Format::jsonl) {
            text += report::render_jsonl(report) + "\n";
        } else {
            text += (text.empty() ? "" : "\n") + report::render_text(report, text_style(options));
        }
    }
    return text;
}

void write_report(const Options& options, std::string_view text)
{
    if (!options.output || *options.output == "-") {
        program::print("write the report to stdout", text);
        return;
    }
    replace_file(*options.output, text);
}

void save_baseline(const std::filesystem::path& path, const std::vector<report::Report>& reports)
{
    const bool all_probed = std::all_of(reports.begin(), reports.end(), [](const report::Report& report) {
        return report.facts.request.status != verdict::RequestStatus::undetermined;
    });
    if (!all_probed) {
        std::cerr << "mtls-probe: " << x509::printable(path.string())
                  << " is not written: not every target told what it asks for\n";
        return;
    }
    replace_file(path, reports.size() == 1 ? report::render_json(reports.front()) : report::render_json(reports));
}

} // namespace mtls::cli
