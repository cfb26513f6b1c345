#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "certs/x509/credential.hpp"
#include "probe/fleet/baselines.hpp"
#include "probe/iis/binding.hpp"
#include "probe/issuers/expectation.hpp"

namespace mtls::fleet {

/// Where the things lie that targets are held against.
struct InputFiles {
    std::vector<x509::CredentialFiles> candidates;
    std::vector<std::filesystem::path> issuer_certificates;
    std::vector<std::filesystem::path> expected_issuers;
    std::optional<std::filesystem::path> iis_bindings;
    issuers::ExpectMode expect_mode = issuers::ExpectMode::exact;
    std::optional<std::filesystem::path> baseline;
    bool verbose = false; ///< name every file of a directory that is no candidate
};

/// The same, read.
struct Inputs {
    std::vector<x509::Credential> candidates;
    std::vector<verdict::OptionGiven> candidate_options; ///< what named them, for commands to paste
    std::vector<x509::Certificate> issuer_certificates;
    std::optional<issuers::Expectation> expectation;
    std::vector<iis::Binding> iis_bindings;
    Baselines baselines;
};

/// Reads everything before any connection is made. Files of a directory that are no candidates are named on stderr.
/// Throws x509::ConfigError.
[[nodiscard]] Inputs read_inputs(const InputFiles& files);

} // namespace mtls::fleet
