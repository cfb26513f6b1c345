#pragma once

#include <string_view>

#include "probe/cli/options.hpp"
#include "probe/report/report.hpp"

namespace mtls::cli {

/// How text looks best where it goes.
[[nodiscard]] report::TextStyle text_style(const Options& options);

/// Writes a report to stdout, or whole or not at all to the file of `-o`. Throws x509::ConfigError if it cannot be
/// written.
/// In the format that the options ask for.
[[nodiscard]] std::string render(const Options& options, const std::vector<report::Report>& reports);

void write_report(const Options& options, std::string_view text);

/// What --baseline reads later. A baseline that holds nothing to compare with would hide the next change: if a target
/// could not be probed, nothing is written and stderr says so. Throws x509::ConfigError.
void save_baseline(const std::filesystem::path& path, const std::vector<report::Report>& reports);

} // namespace mtls::cli
