#pragma once

#include <filesystem>
#include <string>

/// What tests need to ask other programs.
namespace mtls::test {

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
