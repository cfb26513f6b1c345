#pragma once

#include <optional>
#include <vector>

#include "certs/x509/credential.hpp"
#include "probe/cli/options.hpp"
#include "probe/iis/binding.hpp"
#include "probe/issuers/expectation.hpp"

namespace mtls::cli {

/// The files that the options name, read.
struct Inputs {
    std::vector<x509::Credential> candidates;
    std::vector<x509::Certificate> issuer_certificates;
    std::optional<issuers::Expectation> expectation;
    std::vector<iis::Binding> iis_bindings;
};

/// Reads everything before any connection is made. Files of a directory that are no candidates are named on stderr.
/// Throws x509::ConfigError.
[[nodiscard]] Inputs read_inputs(const Options& options);

} // namespace mtls::cli
