#include "certs/x509/named_files.hpp"

#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>

#include <sys/stat.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::x509 {

namespace {

namespace fs = std::filesystem;

/// What two paths to the same file have in common: the place on the disk, or, while there is none, the path to be.
using Identity = std::tuple<dev_t, ino_t, fs::path>;

/// Where a file would be made: a link that points nowhere yet leads to it.
fs::path to_be_made(fs::path path)
{
    constexpr int most_links = 40; // as many as Linux follows
    std::error_code error;
    for (int links = 0; links < most_links && fs::is_symlink(fs::symlink_status(path, error)); ++links) {
        path = path.parent_path() / fs::read_symlink(path, error);
    }
    const fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
    return error ? path.lexically_normal() : resolved;
}

/// Null for what may be shared.
std::optional<Identity> identity_of(const fs::path& path)
{
    struct stat about {};

    if (stat(path.c_str(), &about) != 0) {
        return Identity{0, 0, to_be_made(path)};
    }
    if (!S_ISREG(about.st_mode) && !S_ISFIFO(about.st_mode)) {
        return std::nullopt;
    }
    return Identity{about.st_dev, about.st_ino, {}};
}

/// A certificate or a key, by its first bytes: PEM after whatever stands before it, or DER.
bool may_hold_credentials(const fs::path& path)
{
    std::ifstream in{path, std::ios::binary};
    std::string start(64UL * 1024, '\0');
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(in.gcount()));
    return start.starts_with('\x30') || start.find("-----BEGIN ") != std::string::npos;
}

/// The file that is to be written lies in the folder, and holds what the folder is read for.
bool is_read_from(const fs::path& folder, const fs::path& written)
{
    std::error_code error;
    if (!fs::is_directory(folder, error) || !fs::is_regular_file(written, error)) {
        return false;
    }
    const fs::path place = fs::canonical(written, error).parent_path();
    return !error && fs::equivalent(place, folder, error) && may_hold_credentials(written);
}

std::string shown(const NamedFile& file)
{
    const bool redirected = file.path == standard_input || file.path == standard_output;
    return redirected ? file.name : file.name + " " + printable(file.path.string());
}

} // namespace

void refuse_shared_files(const std::vector<NamedFile>& files)
{
    for (const NamedFile& written : files) {
        for (const NamedFile& folder : files) {
            if (written.use == FileUse::written && folder.use == FileUse::read &&
                is_read_from(folder.path, written.path)) {
                throw ConfigError{shown(written) + " is a file of the folder that " + shown(folder) +
                                  " reads: it would be overwritten; write to another"};
            }
        }
    }
    std::vector<std::pair<Identity, const NamedFile*>> seen;
    for (const NamedFile& file : files) {
        const auto identity = identity_of(file.path);
        if (!identity) {
            continue;
        }
        for (const auto& [other_identity, other] : seen) {
            const bool written = file.use == FileUse::written || other->use == FileUse::written;
            if (written && other_identity == *identity) {
                const bool both = file.use == other->use;
                throw ConfigError{shown(*other) + " and " + shown(file) + " name the same file: " +
                                  (both ? "each needs one of its own" : "it would be overwritten; write to another")};
            }
        }
        seen.emplace_back(*identity, &file);
    }
}

} // namespace mtls::x509
