#include "certs/x509/file_bytes.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <openssl/crypto.h>
#include <sys/stat.h>

#include "certs/ossl/handles.hpp"
#include "certs/x509/config_error.hpp"

namespace mtls::x509 {

namespace {

using FilePtr = ossl::Handle<std::FILE, std::fclose>;

std::string reason(int error)
{
    return std::generic_category().message(error);
}

/// Reads until the end, into one buffer that never moves a key about: it is wiped when it grows.
std::optional<std::string> read_all(std::FILE* file, Der& bytes)
{
    constexpr std::size_t first_size = std::size_t{64} << 10U;
    Der buffer(first_size);
    std::size_t used = 0;
    while (true) {
        used += std::fread(buffer.data() + used, 1, buffer.size() - used, file);
        if (std::ferror(file) != 0) {
            if (errno == EINTR) { // of a pipe, when a signal comes
                std::clearerr(file);
                continue;
            }
            return reason(errno);
        }
        if (used > largest_file) {
            OPENSSL_cleanse(buffer.data(), used);
            return "larger than 16 MiB";
        }
        if (used < buffer.size()) {
            break;
        }
        Der larger(buffer.size() * 2);
        std::copy(buffer.begin(), buffer.end(), larger.begin());
        OPENSSL_cleanse(buffer.data(), buffer.size());
        buffer.swap(larger);
    }
    buffer.resize(used);
    bytes.swap(buffer);
    return std::nullopt;
}

} // namespace

FileBytes::~FileBytes()
{
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

FileBytes read_file(const std::filesystem::path& path)
{
    FileBytes file;
    const FilePtr handle{std::fopen(path.c_str(), "rbe")};

    struct stat status {};

    if (!handle || fstat(fileno(handle.get()), &status) != 0) {
        file.problem = reason(errno);
    } else if (S_ISDIR(status.st_mode)) {
        file.problem = reason(EISDIR);
    } else {
        (void)std::setvbuf(handle.get(), nullptr, _IONBF, 0); // stdio's buffer would keep a copy; cannot fail
        file.problem = read_all(handle.get(), file.bytes);
        if (!file.problem && file.bytes.empty()) {
            file.problem = "the file is empty";
        }
    }
    return file;
}

std::string read_error(const std::filesystem::path& path, std::string_view why)
{
    return "read " + printable(path.string()) + ": " + std::string{why};
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory)
{
    std::error_code error;
    std::vector<std::filesystem::path> files;
    std::filesystem::directory_iterator entry{directory, error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        std::error_code unreadable;
        const bool hidden = entry->path().filename().string().starts_with('.');
        if (!hidden && entry->is_regular_file(unreadable)) {
            files.push_back(entry->path());
        }
    }
    if (error) {
        throw ConfigError{read_error(directory, error.message())};
    }
    std::ranges::sort(files);
    return files;
}

} // namespace mtls::x509
