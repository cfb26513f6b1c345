#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mtls::harness {

/// How a program ended.
struct ChildResult {
    std::optional<int> exit_code; ///< null: killed by a signal, or by us at the deadline or on request
    bool timed_out = false;
    std::string output; ///< stdout, at most 64 MiB
    std::string errors; ///< stderr, the same
};

/// Runs a program to its end, with an empty stdin and no shell. Throws ConfigError if it cannot be started.
[[nodiscard]] ChildResult run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                    std::chrono::seconds patience, const std::stop_token& stop);

/// The program of this name beside the running one.
[[nodiscard]] std::filesystem::path beside_this_program(const std::string& name);

} // namespace mtls::harness
