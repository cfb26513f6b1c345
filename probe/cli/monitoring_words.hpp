#pragma once

#include <string>

#include "probe/cli/command_line.hpp"

namespace mtls::cli {

/// `--baseline`, `--save-baseline`, `-w`, `-c`: what a monitoring system asks for besides the verdict. The values
/// arrive in `options` when the words have been parsed and `take()` is called.
class MonitoringWords {
  public:
    explicit MonitoringWords(CLI::App& app);

    /// Throws x509::ConfigError for values that contradict each other.
    void take(Options& options) const;

  private:
    std::string warning_;
    std::string critical_;
    std::string baseline_;
    std::string save_baseline_;
};

} // namespace mtls::cli
