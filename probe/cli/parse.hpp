#pragma once

#include <optional>

#include "probe/cli/options.hpp"

namespace mtls::cli {

/// What parsing argv came to: options to run with, or an exit code because there is nothing to run (`--help` was
/// printed, or the usage is wrong and stderr says why).
struct Parsed {
    std::optional<Options> options;
    int exit_code = 0;
};

/// Throws x509::ConfigError for a value that is no value (a bad target, a literal passphrase).
[[nodiscard]] Parsed parse(int argc, const char* const* argv);

} // namespace mtls::cli
