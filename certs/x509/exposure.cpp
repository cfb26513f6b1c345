#include "certs/x509/exposure.hpp"

#include "certs/x509/contents.hpp"
#include "certs/x509/file_bytes.hpp"

namespace mtls::x509 {
namespace {

using std::filesystem::perms;

constexpr perms readable = perms::group_read | perms::others_read;

/// The mode of a file that others may read; null of any other.
std::optional<unsigned> exposed_mode(const std::filesystem::path& path)
{
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    const bool exposed = is_regular_file(status) && (status.permissions() & readable) != perms::none;
    return exposed ? std::optional{static_cast<unsigned>(status.permissions() & perms::all)} : std::nullopt;
}

void look_at(const std::filesystem::path& path, const PassphraseSource& passphrase, std::vector<ExposedFile>& into)
{
    const auto mode = exposed_mode(path);
    if (mode && !read_contents(path, Keys::wanted, passphrase).keys.empty()) {
        into.push_back({.path = path, .mode = *mode});
    }
}

} // namespace

std::vector<ExposedFile> exposed_files(const CredentialFiles& files)
{
    std::vector<ExposedFile> exposed;
    std::error_code error;
    if (files.key) {
        look_at(*files.key, files.passphrase, exposed);
    } else if (std::filesystem::is_directory(files.certificate, error)) {
        for (const auto& path : files_in(files.certificate)) {
            look_at(path, files.passphrase, exposed);
        }
    } else {
        look_at(files.certificate, files.passphrase, exposed);
    }
    if (const auto file = files.passphrase.file()) {
        if (const auto mode = exposed_mode(*file)) {
            exposed.push_back({.path = *file, .mode = *mode, .secret = "passphrase"});
        }
    }
    return exposed;
}

} // namespace mtls::x509
