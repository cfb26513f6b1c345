#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "certs/x509/name.hpp"

namespace mtls::x509 {

/// A file's bytes, wiped when they go: there may be a key among them.
struct FileBytes {
    Der bytes;
    std::optional<std::string> problem; ///< why there are none

    FileBytes() = default;
    FileBytes(FileBytes&&) = default;
    FileBytes& operator=(FileBytes&&) = default;
    ~FileBytes();
};

/// Files above this size (16 MiB) are refused.
inline constexpr std::size_t largest_file = std::size_t{16} << 20U;

/// Reads a whole file: also a pipe, if the user named it (`<(...)`). An empty one is a problem, and so is a directory.
[[nodiscard]] FileBytes read_file(const std::filesystem::path& path);

/// The error that names a file: `read PATH: why`, safe to print.
[[nodiscard]] std::string read_error(const std::filesystem::path& path, std::string_view why);

/// The regular files of a directory (links to them, too; no hidden ones), sorted by name. Throws ConfigError.
[[nodiscard]] std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory);

} // namespace mtls::x509
