#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "certs/x509/passphrase.hpp"
#include "certs/x509/private_key.hpp"

namespace mtls::x509 {

/// A certificate with what its owner has beside it: key and chain.
struct Credential {
    std::string label; ///< the path as given
    Certificate leaf;
    std::optional<PrivateKey> key;  ///< null: no key was found. It may not belong to the leaf: see key_matches()
    std::vector<Certificate> chain; ///< without the leaf, in the order in which it goes on the wire

    [[nodiscard]] bool key_matches() const { return key && key->belongs_to(leaf); }
};

/// Where the parts of one credential are. Key and chain are looked for in `certificate` itself when not named.
struct CredentialFiles {
    std::filesystem::path certificate;
    std::optional<std::filesystem::path> key;
    std::optional<std::filesystem::path> chain;
    PassphraseSource passphrase;
};

/// Reads one credential: PEM (certificates in any order, key encrypted or not), DER, PKCS#12, whatever the file's name.
/// The leaf is the certificate that belongs to the key; without a key, the first that is not a CA. Throws ConfigError:
/// unreadable, nothing in it, wrong or missing passphrase.
[[nodiscard]] Credential load_credential(const CredentialFiles& files);

/// The same for a file that holds several certificates each with its key: one credential for each, in the file's order,
/// labelled `FILE`, `FILE#2`... Never empty.
[[nodiscard]] std::vector<Credential> load_credentials(const CredentialFiles& files);

/// A file of a directory that could not be used, and why.
struct SkippedFile {
    enum class Kind {
        other,    ///< no candidate: a CA certificate, a key without its certificate, a copy
        unusable, ///< it may be a candidate, but it cannot be opened or read
    };
    std::string path;
    std::string reason;
    Kind kind = Kind::other;
};

/// What a directory of candidates gives, and what it holds besides.
struct DirectoryCredentials {
    std::vector<Credential> credentials; ///< by path
    std::vector<SkippedFile> skipped;
};

/// Each credential in a directory (not recursive): PKCS#12 files, PEM files with a leaf certificate; a key in a file of
/// its own (`alice.key`, `alice-key.pem` beside `alice.pem`, or any key file whose key belongs to the certificate) is
/// found by its public half. CA certificates alone are skipped, with a note. Throws ConfigError only if the directory
/// itself cannot be read.
[[nodiscard]] DirectoryCredentials load_credential_directory(const std::filesystem::path& directory,
                                                             const PassphraseSource& passphrase);

/// Every certificate in a file: PEM (also `TRUSTED CERTIFICATE` and PKCS#7 blocks), DER, PKCS#7, PKCS#12 without a
/// passphrase; of a directory, those of each file in it. In the file's order. Throws ConfigError.
[[nodiscard]] std::vector<Certificate> load_certificates(const std::filesystem::path& path);

/// The same; of a directory, `passed_over` hears of each file that gives none, and why: "read FILE: why", printable.
[[nodiscard]] std::vector<Certificate> load_certificates(const std::filesystem::path& path,
                                                         const std::function<void(const std::string&)>& passed_over);

/// A private key: PEM (PKCS#8, traditional, encrypted) or DER. Throws ConfigError.
[[nodiscard]] PrivateKey load_private_key(const std::filesystem::path& path, const PassphraseSource& passphrase);

} // namespace mtls::x509
