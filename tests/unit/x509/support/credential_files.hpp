#pragma once

#include <filesystem>

/// Files that OpenSSL's command line makes, once per run of the tests, in a directory that goes with the process.
namespace mtls::test {

/// `root.pem` -> `intermediate.pem` -> `alice.pem` (RSA), and alice's key and certificate in every format; passphrases
/// are "secret". The script in the .cpp says what each file is. Throws if a command fails.
[[nodiscard]] const std::filesystem::path& credential_files();

} // namespace mtls::test
