#pragma once

#include <filesystem>
#include <vector>

#include "certs/x509/credential.hpp"

namespace mtls::x509 {

/// A file with a private key that others than its owner may read.
struct ExposedFile {
    std::filesystem::path path;
    unsigned mode = 0; ///< the nine bits of rwxrwxrwx
};

/// Those among the files of a candidate, encrypted or not: a passphrase can be guessed by whoever has the file. Of a
/// directory, those that hold a key that can be read. What is no regular file (a pipe, a descriptor) is nobody else's.
[[nodiscard]] std::vector<ExposedFile> exposed_files(const CredentialFiles& files);

} // namespace mtls::x509
