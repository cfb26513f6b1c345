#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mtls::harness {

enum class Command { list, show, run, verify, pki, serve };

/// The command line of mtls-harness as a value.
struct Options {
    Command command = Command::list;
    std::vector<std::string> scenarios; ///< run, verify: names, or paths that end in .toml; verify: none means all;
                                        ///< show: one name; serve: one path
    std::uint16_t port = 0;
    std::optional<std::string> listen;
    std::optional<double> seconds;        ///< run, serve: how long; null: until a signal comes
    std::optional<std::string> record;    ///< file for JSON lines
    std::optional<std::string> log;       ///< file for the W3C log instead of stderr
    std::optional<std::string> directory; ///< run, serve: where certificates go; pki: required
    std::optional<std::string> probe;     ///< verify: the mtls-probe to try
    std::optional<std::string> junit;     ///< verify: where the same goes as XML
    unsigned jobs = 4;                    ///< verify: scenarios at a time
};

/// What parsing argv came to.
struct Parsed {
    std::optional<Options> options; ///< null: say `message` and end with `exit_code`
    std::string message;
    int exit_code = 0;
};

[[nodiscard]] Parsed parse_command_line(int argc, const char* const* argv);

} // namespace mtls::harness
