#pragma once

#include <optional>
#include <string_view>

namespace mtls::cli {

/// The commands that need no server. Each parses its own words (`argv[0]` is the command's name), prints, and returns
/// the exit code. They throw x509::ConfigError for what is wrong on our side.
[[nodiscard]] int run_explain(int argc, const char* const* argv);
[[nodiscard]] int run_decode(int argc, const char* const* argv);
[[nodiscard]] int run_match(int argc, const char* const* argv);
[[nodiscard]] int run_audit_store(int argc, const char* const* argv);

[[nodiscard]] bool is_command(std::string_view word);

/// Runs the command that the first word names; null if it names none, so that it is a target. (A host of that name can
/// be probed as `explain:443`.)
[[nodiscard]] std::optional<int> run_command(int argc, const char* const* argv);

} // namespace mtls::cli
