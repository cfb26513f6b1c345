#include "probe/fleet/baselines.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include <sys/stat.h>

#include <fmt/format.h>

#include "certs/ossl/handles.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"

namespace mtls::fleet {

namespace {

using FilePtr = ossl::Handle<std::FILE, std::fclose>;

/// As a report has them, in which the host is printable.
std::string key_of(const verdict::TargetFacts& target)
{
    return fmt::format("{} {} {}", x509::printable(target.host), target.port, target.starttls.value_or(""));
}

std::string key_of(const report::EarlierReport& report)
{
    return fmt::format("{} {} {}", report.target.host, report.target.port, report.target.starttls.value_or(""));
}

/// Null, or why it cannot be read.
std::optional<std::string> read_pieces(const std::filesystem::path& path, report::ReportsReader& reader)
{
    const FilePtr file{std::fopen(path.c_str(), "rbe")};

    struct stat about {};

    if (!file || fstat(fileno(file.get()), &about) != 0) {
        return std::strerror(errno);
    }
    if (S_ISDIR(about.st_mode)) {
        return std::strerror(EISDIR);
    }
    std::string piece(64UL * 1024, '\0');
    bool wanted = true;
    while (wanted) {
        const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get());
        if (std::ferror(file.get()) != 0) {
            return std::strerror(errno);
        }
        wanted = size > 0 && reader.feed(std::string_view{piece}.substr(0, size));
    }
    return std::nullopt;
}

} // namespace

void Baselines::add(report::EarlierReport report)
{
    last_[key_of(report)] = reports_.size();
    reports_.push_back(std::move(report));
}

std::optional<verdict::Baseline> Baselines::about(const verdict::TargetFacts& target) const
{
    if (reports_.empty()) {
        return std::nullopt;
    }
    const auto found = last_.find(key_of(target));
    return found == last_.end() ? verdict::Baseline{reports_.front().baseline.source, {}, {}}
                                : reports_[found->second].baseline;
}

Baselines read_baselines(const std::filesystem::path& path)
{
    report::ReportsReader reader;
    if (const auto why = read_pieces(path, reader)) {
        throw x509::ConfigError{x509::read_error(path, *why)};
    }
    auto read = reader.finish();
    if (read.problem) {
        throw x509::ConfigError{x509::read_error(path, *read.problem)};
    }
    Baselines baselines;
    for (report::EarlierReport& each : read.reports) {
        each.baseline.source = path.string();
        baselines.add(std::move(each));
    }
    return baselines;
}

} // namespace mtls::fleet
