#pragma once

#include <vector>

#include "certs/x509/credential.hpp"
#include "probe/fleet/manner.hpp"

namespace mtls::fleet {

/// The options that say how to get to a target and how to ask it, as the command line has them. Headers are not among
/// them: they may hold secrets.
[[nodiscard]] std::vector<verdict::OptionGiven> options_given(const Manner& manner);

/// --cert, and --key, --chain and --pass that belong to it.
[[nodiscard]] std::vector<verdict::OptionGiven> options_given(const std::vector<x509::CredentialFiles>& candidates);

} // namespace mtls::fleet
