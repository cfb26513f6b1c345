#include "harness/cli/private_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "certs/x509/config_error.hpp"

namespace mtls::harness {
namespace {

[[noreturn]] void fail(const std::string& doing, const std::error_code& why)
{
    throw x509::ConfigError{doing + ": " + why.message()};
}

} // namespace

PrivateDirectory::PrivateDirectory(const std::optional<std::filesystem::path>& wanted)
{
    std::error_code error;
    if (!wanted) {
        const auto parent = std::filesystem::temp_directory_path(error);
        std::string name = ((error ? std::filesystem::path{"/tmp"} : parent) / "mtls-harness-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            fail("make a temporary directory", {errno, std::generic_category()});
        }
        path_ = name;
        temporary_ = true;
        return;
    }
    path_ = *wanted;
    made_ = ::mkdir(path_.c_str(), S_IRWXU) == 0;
    if (!made_ && errno != EEXIST) {
        fail("make directory " + path_.string(), {errno, std::generic_category()});
    }
    if (!std::filesystem::is_directory(path_, error)) {
        fail("write into " + path_.string(), std::make_error_code(std::errc::not_a_directory));
    }
}

PrivateDirectory::~PrivateDirectory()
{
    if (temporary_) {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    } else if (made_) {
        ::rmdir(path_.c_str()); // does so only if nothing has come to lie in it
    }
}

} // namespace mtls::harness
