#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mtls::exporter {

/// The command line of mtls-exporter.
struct ExporterOptions {
    std::filesystem::path config;
    std::optional<std::string> listen; ///< ADDR:PORT instead of the configuration's
    bool check = false;                ///< read the configuration, say whether it is good, and end
};

/// Serves until SIGTERM or SIGINT, then finishes what is being answered. SIGHUP reads the configuration again; a bad
/// one is told on stderr and changes nothing. The exit code. Throws x509::ConfigError if it cannot begin.
[[nodiscard]] int run_exporter(const ExporterOptions& options);

} // namespace mtls::exporter
