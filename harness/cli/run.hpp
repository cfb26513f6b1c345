#pragma once

#include <string>

#include "harness/cli/options.hpp"
#include "harness/scenario/scenario.hpp"

namespace mtls::harness {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 2;
inline constexpr int exit_usage = 3;

/// Does what the command line says and returns the exit code. Throws ConfigError, ossl::Error.
[[nodiscard]] int run(const Options& options);

[[nodiscard]] int serve_scenarios(const Options& options);
[[nodiscard]] int verify_scenarios(const Options& options);

/// An embedded scenario by name, or a file if it ends in .toml.
[[nodiscard]] scenario::Scenario find_scenario(const std::string& name_or_file);

} // namespace mtls::harness
