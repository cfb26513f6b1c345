#include "probe/cli/inputs.hpp"

#include <iostream>
#include <iterator>
#include <string>

#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/name_list.hpp"
#include "probe/iis/text.hpp"

namespace mtls::cli {

namespace {

std::optional<issuers::Expectation> read_expectation(const Options& options)
{
    if (options.expected_issuers.empty()) {
        return std::nullopt;
    }
    issuers::Expectation expectation;
    expectation.mode = options.expect_mode;
    for (const auto& path : options.expected_issuers) {
        expectation.sources.push_back(path.string());
        for (x509::ListedName& listed : x509::load_names(path)) {
            if (listed.is_ca == false) {
                std::cerr << "mtls-probe: " << x509::printable(path.string()) << ": " << listed.name.text()
                          << " is no CA; servers list the CAs that issue client certificates\n";
            }
            expectation.issuers.push_back({std::move(listed.name), listed.has_encoding});
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
    const auto text = iis::text_of(file.bytes);
    auto bindings = text ? iis::read_bindings(*text) : std::vector<iis::Binding>{};
    if (bindings.empty()) {
        throw x509::ConfigError{x509::read_error(path, "no binding in it as `netsh http show sslcert` prints them")};
    }
    return bindings;
}

void read_directory(const x509::CredentialFiles& files, Tell tell, std::vector<x509::Credential>& into)
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
    if (found.credentials.empty()) {
        throw x509::ConfigError{"read " + files.certificate.string() + ": no client certificate in this directory"};
    }
    std::move(found.credentials.begin(), found.credentials.end(), std::back_inserter(into));
}

} // namespace

Inputs read_inputs(const Options& options)
{
    Inputs inputs;
    for (const auto& files : options.candidates) {
        if (std::filesystem::is_directory(files.certificate)) {
            read_directory(files, options.verbose ? Tell::every : Tell::unusable, inputs.candidates);
        } else {
            auto loaded = x509::load_credentials(files);
            std::move(loaded.begin(), loaded.end(), std::back_inserter(inputs.candidates));
        }
    }
    for (const auto& path : options.issuer_certificates) {
        auto loaded = x509::load_certificates(path);
        std::move(loaded.begin(), loaded.end(), std::back_inserter(inputs.issuer_certificates));
    }
    inputs.expectation = read_expectation(options);
    if (options.iis_bindings) {
        inputs.iis_bindings = read_iis_bindings(*options.iis_bindings);
    }
    return inputs;
}

} // namespace mtls::cli
