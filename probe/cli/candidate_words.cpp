#include "probe/cli/candidate_words.hpp"

#include <map>

#include "certs/x509/config_error.hpp"
#include "probe/cli/command_line.hpp"

namespace mtls::cli {

CandidateWords::CandidateWords(CLI::App& app) : app_{app}
{
    const std::string group = "Candidates: client certificates to try";
    cert_ = repeatable(app, "--cert", certs_, "PEM, DER or PKCS#12; a directory means each one in it");
    key_ = repeatable(app, "--key", keys_, "private key of the --cert before it, if not in the same file");
    chain_ = repeatable(app, "--chain", chains_, "intermediates to send with the --cert before it");
    pass_ = repeatable(app, "--pass", passes_,
                       "env:NAME, file:PATH, fd:N or prompt; one serves every --cert, several the one before each");
    auto* issuers = repeatable(app, "--issuer-certs", issuer_certs_,
                               "CAs to complete chains with, for judging only: not sent, not trusted");
    for (auto* option : {cert_, key_, chain_, issuers}) {
        option->group(group)->option_text("FILE");
    }
    pass_->group(group)->option_text("SRC");
    repeatable(app, "--clients", clients_, "predict for these client programs only: curl,go,firefox...")
        ->group(group)
        ->option_text("LIST")
        ->delimiter(',');
}

void CandidateWords::take(Options& options) const
{
    options.issuer_certificates.assign(issuer_certs_.begin(), issuer_certs_.end());
    options.candidates = pair_up();
    options.clients = clients::select_clients(clients_);
    if (!options.clients.empty() && options.candidates.empty()) {
        throw x509::ConfigError{"--clients is for a --cert, and there is none"};
    }
}

/// `--key`, `--chain` and (if there are several) `--pass` belong to the `--cert` before them.
std::vector<x509::CredentialFiles> CandidateWords::pair_up() const
{
    std::vector<x509::CredentialFiles> files;
    std::map<const CLI::Option*, std::size_t> used;
    const auto current = [&](const char* name) -> x509::CredentialFiles& {
        if (files.empty()) {
            throw x509::ConfigError{std::string{name} + " belongs to the --cert before it, and there is none"};
        }
        return files.back();
    };
    for (const CLI::Option* option : app_.parse_order()) {
        if (option == cert_) {
            files.push_back({certs_[used[option]++], {}, {}, {}});
        } else if (option == key_) {
            current("--key").key = keys_[used[option]++];
        } else if (option == chain_) {
            current("--chain").chain = chains_[used[option]++];
        } else if (option == pass_ && passes_.size() > 1) {
            current("--pass").passphrase = x509::PassphraseSource::parse(passes_[used[option]++]);
        }
    }
    if (!passes_.empty() && files.empty()) {
        throw x509::ConfigError{"--pass is for a --cert, and there is none"};
    }
    if (passes_.size() == 1) {
        const auto source = x509::PassphraseSource::parse(passes_.front());
        for (auto& one : files) {
            one.passphrase = source;
        }
    }
    return files;
}

} // namespace mtls::cli
