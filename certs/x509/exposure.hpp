#pragma once

#include <filesystem>
#include <vector>

#include "certs/x509/credential.hpp"

namespace mtls::x509 {

/// A file with a secret that others than its owner may read.
struct ExposedFile {
    std::filesystem::path path;
    unsigned mode = 0;                  ///< the nine bits of rwxrwxrwx
    const char* secret = "private key"; ///< or "passphrase"
};

/// Those among the files of a candidate: with a private key, encrypted or not (a passphrase can be guessed by whoever
/// has the file), and with the passphrase. Of a directory, those that hold a key that can be read. What is no regular
/// file (a pipe, a descriptor) is nobody else's.
[[nodiscard]] std::vector<ExposedFile> exposed_files(const CredentialFiles& files);

} // namespace mtls::x509
