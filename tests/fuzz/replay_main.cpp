#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>
#include <vector>

#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/starvation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace mtls::fuzz;
using Bytes = std::vector<std::uint8_t>;

/// A directory without files is an error, or a corpus that went missing would pass.
std::vector<std::filesystem::path> files_below(const char* directory)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{
             directory, std::filesystem::directory_options::follow_directory_symlink}) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

Bytes bytes_of(const std::filesystem::path& file)
{
    std::cout << file.filename().string() << std::endl; // before it may abort
    std::ifstream in{file, std::ios::binary};
    const std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
    // libFuzzer, too, hands out a block of exactly the input's size, so that a read past its end shows.
    return {bytes.begin(), bytes.end()};
}

/// True if no allocation failed, or none that mattered. What we throw must be bad_alloc; an OpenSSL without memory
/// gives errors of many kinds, each of them clean.
bool runs(const Bytes& bytes, Allocator allocator, long number, Hunger hunger)
{
    openssl_starves = allocator == Allocator::openssl;
    starve(allocator, number, hunger);
    bool whole = false;
    try {
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
        whole = true;
    } catch (const std::bad_alloc&) {
        whole = false;
    } catch (const std::exception&) {
        if (!openssl_starves) {
            throw;
        }
    }
    (void)feed();
    openssl_starves = false;
    return whole;
}

/// How often an allocation failed: each of them where there are few, or as many spread over all.
long fail_each(const Bytes& bytes, Allocator allocator)
{
    constexpr long every = 40;
    constexpr long spread = 60;
    starve(allocator, 0, Hunger::once);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    const long all = feed();
    long failed = 0;
    for (long number = 1; number <= all; number += number < every ? 1 : std::max(1L, all / spread)) {
        for (const Hunger hunger : {Hunger::once, Hunger::from_then}) {
            failed += runs(bytes, allocator, number, hunger) ? 0 : 1;
        }
    }
    return failed;
}

/// As many of the files as a test has time for, from the first to the last.
int starve_all(const std::vector<std::filesystem::path>& files)
{
    constexpr std::size_t most_files = 40;
    long failed = 0;
    const std::size_t step = (files.size() + most_files - 1) / most_files;
    for (std::size_t i = 0; i < files.size(); i += step) {
        const Bytes bytes = bytes_of(files[i]);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size()); // what is looked up once is now there
        failed += fail_each(bytes, Allocator::ours) + fail_each(bytes, Allocator::openssl);
    }
    std::cout << failed << " runs without memory ended early\n";
    return 0;
}

} // namespace

/// Runs a fuzz target once on each file of a directory and of those below it: what libFuzzer's own main() does with
/// -runs=0. With --starve DIRECTORY again and again, while the first, the second, ... allocation fails.
int main(int argc, char** argv)
{
    const bool starving = argc == 3 && std::string_view{argv[1]} == "--starve";
    const auto files = argc == 2 || starving ? files_below(argv[argc - 1]) : std::vector<std::filesystem::path>{};
    if (files.empty()) {
        std::cerr << "usage: " << argv[0] << " [--starve] DIRECTORY, with a file or more in it\n";
        return 1;
    }
    if (starving) {
        watch_openssl();
        return starve_all(files);
    }
    for (const auto& file : files) {
        const Bytes bytes = bytes_of(file);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    return 0;
}
