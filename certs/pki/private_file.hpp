#pragma once

#include <filesystem>
#include <string_view>

namespace mtls::pki {

/// A new directory that only its owner may enter. An existing one is taken if it is empty; one with anything in it is
/// refused, for keys that a running server uses are not to be replaced behind its back. Throws ConfigError.
void make_private_directory(const std::filesystem::path& directory);

/// Writes a new file of mode 0600 (whatever the umask, from the first moment). Throws ConfigError, also if it exists.
void write_private_file(const std::filesystem::path& path, std::string_view content);

} // namespace mtls::pki
