#pragma once

#include <filesystem>
#include <optional>

namespace mtls::harness {

/// A directory that only this user can look into.
class PrivateDirectory {
  public:
    /// With a path: that directory, made if missing, and kept if anything lies in it at the end. Without: a fresh one
    /// below the system's temporary directory, gone with everything in it at the end. Throws ConfigError.
    explicit PrivateDirectory(const std::optional<std::filesystem::path>& wanted = std::nullopt);
    ~PrivateDirectory();
    PrivateDirectory(const PrivateDirectory&) = delete;
    PrivateDirectory& operator=(const PrivateDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    bool temporary_ = false;
    bool made_ = false; ///< and not there before
};

} // namespace mtls::harness
