#include "certs/x509/credential.hpp"

#include <algorithm>

#include "certs/x509/config_error.hpp"
#include "certs/x509/contents.hpp"
#include "certs/x509/credential_parts.hpp"
#include "certs/x509/distinct.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/path.hpp"

namespace mtls::x509 {

namespace {

Contents must_read(const std::filesystem::path& path, Keys keys, const PassphraseSource& passphrase)
{
    Contents contents = read_contents(path, keys, passphrase);
    if (contents.problem) {
        throw ConfigError{read_error(path, *contents.problem)};
    }
    return contents;
}

/// The certificate that a file is about, and the key in it.
struct Pair {
    Certificate leaf;
    std::optional<PrivateKey> key;
};

/// `others` (each of them once) without `leaf`: first its path, each issuer after what it issued, then what is left,
/// for what the owner put into the file is what is sent.
std::vector<Certificate> in_sending_order(const Certificate& leaf, const std::vector<Certificate>& others)
{
    std::vector<Certificate> ordered = build_path(leaf, others);
    for (const Certificate& each : others) {
        // Somebody else's leaf in the same file is another identity, and no part of this one's chain.
        if (each != leaf && each.is_ca() && std::ranges::find(ordered, each) == ordered.end()) {
            ordered.push_back(each);
        }
    }
    return ordered;
}

/// How many certificates of one file may belong to keys in it. One that is renewed with the same key makes a
/// handful, and a saved store holds hundreds; each is presented, and judged, on its own.
constexpr std::size_t most_pairs = 1000;

/// No more than one above the bound.
std::vector<Pair> pairs_in(const Contents& contents)
{
    std::vector<Pair> pairs;
    for (const Certificate& certificate : contents.certificates) {
        if (pairs.size() > most_pairs) {
            break;
        }
        const auto key =
            std::ranges::find_if(contents.keys, [&](const PrivateKey& each) { return each.belongs_to(certificate); });
        if (key != contents.keys.end() && std::ranges::find(pairs, certificate, &Pair::leaf) == pairs.end()) {
            pairs.push_back({certificate, *key});
        }
    }
    return pairs;
}

/// Where no key belongs to a certificate.
Pair choose_pair(const Contents& contents)
{
    const auto leaf =
        std::ranges::find_if(contents.certificates, [](const Certificate& each) { return !each.is_ca(); });
    const auto& chosen = leaf == contents.certificates.end() ? contents.certificates.front() : *leaf;
    return {chosen, contents.keys.empty() ? std::nullopt : std::optional{contents.keys.front()}};
}

/// The files of a credential, read; `keys` is the one of `files.key` if that is given.
Contents read_credential(const CredentialFiles& files)
{
    const PassphraseSource& passphrase = files.passphrase;
    Contents own = must_read(files.certificate, files.key ? Keys::ignored : Keys::wanted, passphrase);
    if (own.certificates.empty()) {
        throw ConfigError{read_error(files.certificate, nothing_found("certificate", own))};
    }
    if (files.key) {
        own.keys = {load_private_key(*files.key, passphrase)};
    }
    return own;
}

} // namespace

std::optional<std::string> too_many_credentials(const Contents& contents)
{
    if (pairs_in(contents).size() <= most_pairs) {
        return std::nullopt;
    }
    return "more than " + std::to_string(most_pairs) +
           " certificates belong to keys in it, and each would be tried: give each a file of its own";
}

std::vector<Credential> credentials_in(const std::filesystem::path& path, const Contents& contents,
                                       const std::vector<Certificate>& others)
{
    auto pairs = pairs_in(contents);
    if (pairs.empty()) {
        pairs.push_back(choose_pair(contents));
    }
    const std::vector<Certificate> each_once = distinct(others);
    std::vector<Credential> credentials;
    for (Pair& pair : pairs) {
        const std::string number = credentials.empty() ? "" : "#" + std::to_string(credentials.size() + 1);
        auto chain = in_sending_order(pair.leaf, each_once);
        credentials.push_back({path.string() + number, std::move(pair.leaf), std::move(pair.key), std::move(chain)});
    }
    return credentials;
}

Credential load_credential(const CredentialFiles& files)
{
    return std::move(load_credentials(files).front());
}

std::vector<Credential> load_credentials(const CredentialFiles& files)
{
    const Contents own = read_credential(files);
    if (const auto problem = too_many_credentials(own)) {
        throw ConfigError{read_error(files.certificate, *problem)};
    }
    return credentials_in(files.certificate, own, files.chain ? load_certificates(*files.chain) : own.certificates);
}

std::vector<Certificate> load_certificates(const std::filesystem::path& path)
{
    return load_certificates(path, [](const std::string& /*why*/) {});
}

std::vector<Certificate> load_certificates(const std::filesystem::path& path,
                                           const std::function<void(const std::string&)>& passed_over)
{
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        Contents contents = recognise_certificates(read_file(path), path);
        if (contents.problem) {
            throw ConfigError{read_error(path, *contents.problem)};
        }
        if (contents.certificates.empty()) {
            throw ConfigError{read_error(path, nothing_found("certificate", contents))};
        }
        return std::move(contents.certificates);
    }
    std::vector<Certificate> all;
    for (const auto& file : files_in(path)) {
        Contents contents = recognise_certificates(read_file(file), file);
        if (contents.problem || contents.certificates.empty()) {
            passed_over(read_error(file, contents.problem.value_or(nothing_found("certificate", contents))));
        } else {
            std::ranges::move(contents.certificates, std::back_inserter(all));
        }
    }
    if (all.empty()) {
        throw ConfigError{read_error(path, "no file in this directory holds a certificate")};
    }
    return all;
}

PrivateKey load_private_key(const std::filesystem::path& path, const PassphraseSource& passphrase)
{
    const Contents contents = must_read(path, Keys::wanted, passphrase);
    if (contents.keys.empty()) {
        throw ConfigError{read_error(path, nothing_found("private key", contents))};
    }
    return contents.keys.front();
}

} // namespace mtls::x509
