#include "probe/fleet/inputs.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <string>

#include "certs/ossl/error.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/exposure.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/name_list.hpp"
#include "certs/x509/text_encoding.hpp"
#include "probe/fleet/options_given.hpp"
#include "probe/handshake/client_context.hpp"
#include "probe/handshake/present.hpp"

namespace mtls::fleet {

namespace {

std::optional<issuers::Expectation> read_expectation(const InputFiles& wanted)
{
    if (wanted.expected_issuers.empty()) {
        return std::nullopt;
    }
    issuers::Expectation expectation;
    expectation.mode = wanted.expect_mode;
    for (const auto& path : wanted.expected_issuers) {
        expectation.sources.push_back(path.string());
        for (x509::ListedName& listed : x509::load_names(path)) {
            if (listed.certificate && !listed.certificate->is_ca()) {
                std::cerr << "mtls-probe: " << x509::printable(path.string()) << ": " << listed.name.text()
                          << " is no CA; servers list the CAs that issue client certificates\n";
            }
            expectation.issuers.push_back({std::move(listed.name), listed.has_encoding, std::move(listed.certificate)});
        }
    }
    return expectation;
}

/// How much to say about files of a directory that are no candidates.
enum class Tell { unusable, every };

std::vector<iis::Binding> read_iis_bindings(const std::filesystem::path& path)
{
    const auto file = x509::read_file(path);
    if (file.problem) {
        throw x509::ConfigError{x509::read_error(path, *file.problem)};
    }
    const auto text = x509::text_of(file.bytes);
    auto bindings = text ? iis::read_bindings(*text) : std::vector<iis::Binding>{};
    if (bindings.empty()) {
        throw x509::ConfigError{x509::read_error(path, "no binding in it as `netsh http show sslcert` prints them")};
    }
    if (iis::ends_early(*text)) {
        throw x509::ConfigError{
            x509::read_error(path, "it ends within a binding; save again all that `netsh http show sslcert` prints")};
    }
    return bindings;
}

/// Each file once: many candidates may have one passphrase.
void warn_of_exposed_secrets(const x509::CredentialFiles& files, std::set<std::filesystem::path>& told)
{
    for (const auto& [path, mode, secret] : x509::exposed_files(files)) {
        if (!told.insert(path).second) {
            continue;
        }
        std::cerr << "mtls-probe: " << x509::printable(path.string()) << " holds a " << secret
                  << ", and others than its owner may read it (mode " << std::oct << mode << std::dec << ")\n";
    }
}

/// Whether TLS can present the candidates. One whose key is missing or another's is judged all the same.
class Presentable {
  public:
    [[nodiscard]] std::optional<std::string> problem(const x509::Credential& candidate)
    {
        if (!candidate.key_matches()) {
            return std::nullopt;
        }
        const ossl::SslPtr ssl{ossl::must(SSL_new(context_.get()), "SSL_new")};
        const auto why = handshake::why_not_presentable(ssl.get(), candidate);
        return why ? std::optional{x509::printable(candidate.label) + ": " + *why} : std::nullopt;
    }

    void require(const std::vector<x509::Credential>& candidates)
    {
        for (const x509::Credential& each : candidates) {
            if (const auto why = problem(each)) {
                throw x509::ConfigError{"use " + *why};
            }
        }
    }

    void skip_others(std::vector<x509::Credential>& candidates)
    {
        std::erase_if(candidates, [this](const x509::Credential& each) {
            const auto why = problem(each);
            if (why) {
                std::cerr << "mtls-probe: skipped " << *why << '\n';
            }
            return why.has_value();
        });
    }

  private:
    handshake::ClientContext context_;
};

void read_directory(const x509::CredentialFiles& files, Tell tell, Presentable& presentable,
                    std::vector<x509::Credential>& into)
{
    auto found = x509::load_credential_directory(files.certificate, files.passphrase);
    std::size_t untold = 0;
    for (const auto& skipped : found.skipped) {
        if (tell == Tell::every || skipped.kind == x509::SkippedFile::Kind::unusable) {
            std::cerr << "mtls-probe: skipped " << x509::printable(skipped.path) << ": " << skipped.reason << '\n';
        } else {
            ++untold;
        }
    }
    if (untold > 0) {
        std::cerr << "mtls-probe: " << x509::printable(files.certificate.string()) << ": " << untold
                  << (untold == 1 ? " file holds" : " files hold") << " no candidate (-v says why)\n";
    }
    presentable.skip_others(found.credentials);
    if (found.credentials.empty()) {
        throw x509::ConfigError{"read " + x509::printable(files.certificate.string()) +
                                ": no client certificate in this directory"};
    }
    std::move(found.credentials.begin(), found.credentials.end(), std::back_inserter(into));
}

} // namespace

Inputs read_inputs(const InputFiles& wanted)
{
    Inputs inputs;
    Presentable presentable;
    std::set<std::filesystem::path> told;
    for (const auto& files : wanted.candidates) {
        if (std::filesystem::is_directory(files.certificate)) {
            read_directory(files, wanted.verbose ? Tell::every : Tell::unusable, presentable, inputs.candidates);
        } else {
            auto loaded = x509::load_credentials(files);
            presentable.require(loaded);
            std::move(loaded.begin(), loaded.end(), std::back_inserter(inputs.candidates));
        }
        warn_of_exposed_secrets(files, told);
    }
    for (const auto& files : wanted.candidates) {
        files.passphrase.forget();
    }
    inputs.candidate_options = options_given(wanted.candidates);
    for (const auto& path : wanted.issuer_certificates) {
        auto loaded = x509::load_certificates(path);
        std::move(loaded.begin(), loaded.end(), std::back_inserter(inputs.issuer_certificates));
    }
    inputs.expectation = read_expectation(wanted);
    if (wanted.iis_bindings) {
        inputs.iis_bindings = read_iis_bindings(*wanted.iis_bindings);
    }
    if (wanted.baseline) {
        inputs.baselines = read_baselines(*wanted.baseline);
    }
    return inputs;
}

} // namespace mtls::fleet
