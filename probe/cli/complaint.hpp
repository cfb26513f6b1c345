#pragma once

#include <string_view>

namespace mtls::cli {

/// Whether the report has been printed.
enum class Reported { no, yes };

/// Says on stderr why the run has failed. Nagios and its kin show only what stands on stdout: if the words ask for
/// their format, and there is no report, the reason stands there as a line of theirs, too. Returns the exit code, 3.
[[nodiscard]] int complain(int argc, const char* const* argv, Reported reported, std::string_view why);

/// Whether `--format nagios` is among the words of a probe, as far as that can be told of words that may be wrong.
[[nodiscard]] bool wants_nagios(int argc, const char* const* argv);

} // namespace mtls::cli
