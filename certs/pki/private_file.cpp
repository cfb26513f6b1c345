#include "certs/pki/private_file.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/ossl/handles.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::pki {

namespace {

using FilePtr = ossl::Handle<std::FILE, std::fclose>;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why)
{
    throw x509::ConfigError{"write " + x509::printable(path.string()) + ": " + why};
}

[[noreturn]] void fail_with_errno(const std::filesystem::path& path)
{
    fail(path, std::generic_category().message(errno));
}

} // namespace

void make_private_directory(const std::filesystem::path& directory)
{
    std::error_code error;
    if (const auto parent = directory.parent_path(); !parent.empty()) {
        std::filesystem::create_directories(parent, error);
    }
    if (::mkdir(directory.c_str(), S_IRWXU) == 0) {
        return;
    }
    if (errno != EEXIST) {
        fail_with_errno(directory);
    }
    const bool empty = std::filesystem::is_empty(directory, error);
    if (error || !std::filesystem::is_directory(directory, error)) {
        fail(directory, error ? error.message() : std::generic_category().message(ENOTDIR));
    }
    if (!empty) {
        fail(directory, "the directory is not empty, and nothing in it shall be replaced; name a new one");
    }
}

void write_private_file(const std::filesystem::path& path, std::string_view content)
{
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FilePtr file{descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb")};
    if (!file) {
        fail_with_errno(path);
    }
    (void)std::setvbuf(file.get(), nullptr, _IONBF, 0); // no copy of a key in stdio's buffer
    if (std::fwrite(content.data(), 1, content.size(), file.get()) != content.size()) {
        fail_with_errno(path);
    }
}

} // namespace mtls::pki
