#include "support/shell.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace mtls::test {

TemporaryDirectory::TemporaryDirectory()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "mtls-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error{"cannot make a temporary directory"};
    }
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string run_script(const std::filesystem::path& directory, const std::string& text)
{
    const TemporaryDirectory scratch;
    write_text(scratch.path() / "script", text);
    const std::string command = "cd '" + directory.string() + "' && sh -e '" + (scratch.path() / "script").string() +
                                "' > '" + (scratch.path() / "output").string() + "' 2>&1 < /dev/null";
    if (std::system(command.c_str()) != 0) { // NOLINT(cert-env33-c): the tests' own scripts
        throw std::runtime_error{"a script failed:\n" + read_text(scratch.path() / "output")};
    }
    return read_text(scratch.path() / "output");
}

std::string read_text(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void write_text(const std::filesystem::path& path, const std::string& content)
{
    std::ofstream{path, std::ios::binary} << content;
}

} // namespace mtls::test
