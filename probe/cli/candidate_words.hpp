#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "probe/cli/options.hpp"

namespace mtls::cli {

/// `--cert`, and `--key`, `--chain`, `--pass` that belong to it; `--issuer-certs`; `--clients`. The values arrive in
/// `options` when the words have been parsed and `take()` is called. Includes CLI11: for the .cpp files that parse
/// only.
class CandidateWords {
  public:
    explicit CandidateWords(CLI::App& app);

    CandidateWords(const CandidateWords&) = delete;
    CandidateWords& operator=(const CandidateWords&) = delete;
    ~CandidateWords() = default;

    /// Throws x509::ConfigError: a part without its --cert, a literal passphrase, an unknown client.
    void take(Options& options) const;

  private:
    [[nodiscard]] std::vector<x509::CredentialFiles> pair_up() const;

    CLI::App& app_;
    std::vector<std::string> certs_, keys_, chains_, passes_, issuer_certs_, clients_;
    CLI::Option* cert_ = nullptr;
    CLI::Option* key_ = nullptr;
    CLI::Option* chain_ = nullptr;
    CLI::Option* pass_ = nullptr;
};

} // namespace mtls::cli
