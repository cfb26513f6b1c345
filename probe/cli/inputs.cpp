#include "probe/cli/inputs.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "certs/x509/config_error.hpp"

namespace mtls::cli {

namespace {

/// Certificates are DER, PKCS#12 or hold "-----BEGIN"; a list of names is text that does neither.
bool looks_like_names(const std::filesystem::path& path)
{
    if (std::filesystem::is_directory(path)) {
        return false;
    }
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const bool binary = text.find('\0') != std::string::npos || text.starts_with('\x30');
    return !text.empty() && !binary && text.find("-----BEGIN") == std::string::npos &&
           text.find('=') != std::string::npos;
}

std::string_view trimmed(std::string_view line)
{
    constexpr auto blanks = " \t\r\xef\xbb\xbf"; // and a byte order mark
    const auto first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    const auto last = line.find_last_not_of(" \t\r");
    // RFC 4514 §2.4: a trailing space may be a part of the value, if it is escaped.
    return line.substr(first, (last < line.size() - 1 && line[last] == '\\' ? last + 1 : last) - first + 1);
}

void read_names(const std::filesystem::path& path, std::vector<issuers::ExpectedIssuer>& into)
{
    std::ifstream file{path};
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const auto text = trimmed(line);
        if (text.empty() || text.front() == '#') {
            continue;
        }
        try {
            into.push_back({x509::Name::from_rfc4514(text), false});
        } catch (const x509::ConfigError& error) {
            throw x509::ConfigError{"read " + path.string() + " line " + std::to_string(number) + ": " + error.what()};
        }
    }
}

std::optional<issuers::Expectation> read_expectation(const Options& options)
{
    if (options.expected_issuers.empty()) {
        return std::nullopt;
    }
    issuers::Expectation expectation;
    expectation.mode = options.expect_mode;
    for (const auto& path : options.expected_issuers) {
        expectation.sources.push_back(path.string());
        if (looks_like_names(path)) {
            read_names(path, expectation.issuers);
            continue;
        }
        for (const auto& certificate : x509::load_certificates(path)) {
            expectation.issuers.push_back({certificate.subject(), true});
        }
    }
    if (expectation.issuers.empty()) {
        throw x509::ConfigError{"read " + expectation.sources.front() + ": no CA certificate and no name in it"};
    }
    return expectation;
}

void read_directory(const x509::CredentialFiles& files, std::vector<x509::Credential>& into)
{
    auto found = x509::load_credential_directory(files.certificate, files.passphrase);
    for (const auto& skipped : found.skipped) {
        std::cerr << "mtls-probe: skipped " << x509::printable(skipped.path) << ": " << skipped.reason << '\n';
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
            read_directory(files, inputs.candidates);
        } else {
            inputs.candidates.push_back(x509::load_credential(files));
        }
    }
    for (const auto& path : options.issuer_certificates) {
        auto loaded = x509::load_certificates(path);
        std::move(loaded.begin(), loaded.end(), std::back_inserter(inputs.issuer_certificates));
    }
    inputs.expectation = read_expectation(options);
    return inputs;
}

} // namespace mtls::cli
