#include "probe/fleet/baselines.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include <fmt/format.h>

#include "certs/ossl/handles.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/text_encoding.hpp"

namespace mtls::fleet {

namespace {

using FilePtr = ossl::Handle<std::FILE, std::fclose>;

/// A report has the host printable.
std::string key_in_baseline(const verdict::TargetFacts& target)
{
    return fmt::format("{} {} {}", net::comparable_host(x509::printable(target.host)), target.port,
                       target.starttls.value_or(""));
}

/// The server name by which a normal client asks; null if none was sent.
std::optional<std::string> name_asked(const report::EarlierReport& report)
{
    for (const observation::Observation& seen : report.baseline.observations) {
        if (seen.variant.sni) {
            return seen.variant.sni;
        }
    }
    return std::nullopt;
}

std::string with_name(const std::string& key, const std::optional<std::string>& sni)
{
    return key + (sni ? " sni=" + *sni : " no sni");
}

std::string with_place(const std::string& key, const std::string& address, std::uint16_t port)
{
    return fmt::format("{} at {} {}", key, address, port);
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
    x509::TextDecoder decoder; // PowerShell saves as UTF-16 what is sent into a file
    std::vector<std::uint8_t> piece(64UL * 1024);
    bool wanted = true;
    while (wanted) {
        const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get());
        if (std::ferror(file.get()) != 0) {
            return std::strerror(errno);
        }
        wanted = size > 0 && reader.feed(decoder.decode(std::span{piece}.first(size)));
    }
    return std::nullopt;
}

} // namespace

void Baselines::add(report::EarlierReport report)
{
    const std::string key = key_in_baseline(report.target);
    last_[key] = reports_.size();
    const std::string named = with_name(key, name_asked(report));
    last_[named] = reports_.size();
    for (const observation::Observation& seen : report.baseline.observations) {
        last_[with_place(named, seen.variant.address, seen.variant.port)] = reports_.size();
    }
    reports_.push_back(std::move(report));
}

std::optional<std::size_t> Baselines::last(const std::string& key) const
{
    const auto found = last_.find(key);
    return found == last_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<verdict::Baseline> Baselines::about(const verdict::TargetFacts& target) const
{
    if (reports_.empty()) {
        return std::nullopt;
    }
    const auto found = last(key_in_baseline(target));
    return found ? reports_[*found].baseline : verdict::Baseline{reports_.front().baseline.source, {}, {}};
}

std::optional<verdict::Baseline> Baselines::about(const verdict::TargetFacts& target,
                                                  const std::optional<std::string>& sni,
                                                  const std::optional<net::Endpoint>& place) const
{
    const std::string named = with_name(key_in_baseline(target), sni);
    auto found = place ? last(with_place(named, place->address, place->port.value_or(target.port))) : std::nullopt;
    if (!found) { // a back end may have moved
        found = last(named);
    }
    return found ? reports_[*found].baseline : about(target);
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
