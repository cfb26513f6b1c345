#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probe/verdict/facts.hpp"

/// Commands to paste, in the words of the run.
namespace mtls::verdict {

/// "mtls-probe https://server.test/ --connect 192.0.2.1 --repeat 20": the target as it was asked, quoted for a shell,
/// then `more` as it stands. Options that `instead_of` names ("--connect") are left out,
/// with --path also that of a URL.
[[nodiscard]] std::string command(const TargetFacts& target, std::string_view more,
                                  const std::vector<std::string_view>& instead_of = {});

/// The same with the candidates.
[[nodiscard]] std::string command_with_candidates(const TargetFacts& target, std::string_view more,
                                                  const std::vector<std::string_view>& instead_of = {});

/// As one word of a POSIX shell, printable.
[[nodiscard]] std::string shell_word(std::string_view text);

} // namespace mtls::verdict
