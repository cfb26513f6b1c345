#pragma once

#include "probe/cli/complaint.hpp"
#include "probe/cli/options.hpp"

namespace mtls::cli {

/// Probes every target and prints the report. Returns the exit code: the worst verdict, in the order critical, unknown,
/// warning, ok. Throws x509::ConfigError and ossl::Error before the first connection for what is wrong on our side.
/// `reported` tells, also when it throws, whether the report stands on stdout.
[[nodiscard]] int run(const Options& options, Reported& reported);

} // namespace mtls::cli
