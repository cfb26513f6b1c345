#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mtls::x509 {

/// What a run does with a file that its command line names.
enum class FileUse {
    read,
    written, ///< also: appended to
};

/// A file that a command line names.
struct NamedFile {
    std::string name; ///< what messages call it: "--targets", "stdout"
    std::filesystem::path path;
    FileUse use = FileUse::read;
};

/// Standard input and output: to name them where no path does.
inline constexpr const char* standard_input = "/dev/stdin";
inline constexpr const char* standard_output = "/dev/stdout";

/// Throws ConfigError if a file that is to be written has another use as well, whatever the spelling: another path to
/// it, a link of either kind, a redirection of the shell, a certificate or key in a folder that is read. Terminals,
/// /dev/null and other devices may be shared.
void refuse_shared_files(const std::vector<NamedFile>& files);

} // namespace mtls::x509
