#pragma once

#include <filesystem>
#include <string>

/// Files that OpenSSL's command line makes, once per run of the tests, in a directory that goes with the process.
namespace mtls::test {

/// `root.pem` -> `intermediate.pem` -> `alice.pem` (RSA), and alice's key and certificate in every format; passphrases
/// are "secret". The script in the .cpp says what each file is. Throws if a command fails.
[[nodiscard]] const std::filesystem::path& credential_files();

/// A directory of its own, removed at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// Runs a shell script in `directory`; what it prints goes to the result. Throws with its output if it fails.
std::string run_script(const std::filesystem::path& directory, const std::string& script);

[[nodiscard]] std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& content);

} // namespace mtls::test
