#pragma once

#include <string>

#include "probe/cli/command_line.hpp"

namespace mtls::cli {

/// `--targets` and what goes with it. The values arrive in `options` when the words have been parsed and `take()` is
/// called.
class FleetWords {
  public:
    explicit FleetWords(CLI::App& app);

    /// Before the other options have been taken: whether lists are all that a fleet is asked for. That is so unless
    /// something else in the command line takes a handshake.
    [[nodiscard]] bool lists_only() const;

    /// Throws x509::ConfigError for formats that need all targets at once.
    void take(Options& options) const;

  private:
    const CLI::App& app_;
    fleet::Orders orders_;
    std::string shard_;
    std::string journal_;
    std::string progress_ = "auto";
    double rate_ = 0;
    bool handshakes_ = false;
};

} // namespace mtls::cli
