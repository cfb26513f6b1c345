#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "probe/net/target.hpp"
#include "probe/report/read_reports.hpp"

namespace mtls::fleet {

/// The reports of --baseline, found by their target: a fleet has as many as targets.
class Baselines {
  public:
    void add(report::EarlierReport report);

    [[nodiscard]] const std::vector<report::EarlierReport>& all() const { return reports_; }

    /// The last that is about this host, port and STARTTLS; if none is, one that says only where they came from. Null
    /// if there are no reports.
    [[nodiscard]] std::optional<verdict::Baseline> about(const verdict::TargetFacts& target) const;

    /// The same, but one that was asked by this server name, and at this place, if there is any: a list may hold a host
    /// with many names, or with many back ends (`connect=`).
    [[nodiscard]] std::optional<verdict::Baseline> about(const verdict::TargetFacts& target,
                                                         const std::optional<std::string>& sni,
                                                         const std::optional<net::Endpoint>& place) const;

  private:
    [[nodiscard]] std::optional<std::size_t> last(const std::string& key) const;

    std::vector<report::EarlierReport> reports_;
    std::unordered_map<std::string, std::size_t> last_; ///< by target; with the server name; with the place, too
};

/// Reads a file of any size, a report at a time. Throws x509::ConfigError.
[[nodiscard]] Baselines read_baselines(const std::filesystem::path& path);

} // namespace mtls::fleet
