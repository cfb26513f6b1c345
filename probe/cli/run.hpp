#pragma once

#include "probe/cli/options.hpp"

namespace mtls::cli {

/// Probes every target and prints the report. Returns the exit code: the worst verdict, in the order critical, unknown,
/// warning, ok. Throws x509::ConfigError and ossl::Error before the first connection for what is wrong on our side.
[[nodiscard]] int run(const Options& options);

} // namespace mtls::cli
