#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Runs a fuzz target once on each file of a directory and of those below it: what libFuzzer's own main() does with
/// -runs=0. A directory without files is an error, or a corpus that went missing would pass.
int main(int argc, char** argv)
{
    std::size_t count = 0;
    if (argc == 2) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator{
                 argv[1], std::filesystem::directory_options::follow_directory_symlink}) {
            if (!entry.is_regular_file()) {
                continue;
            }
            std::cout << entry.path().filename().string() << std::endl; // before it may abort
            std::ifstream in{entry.path(), std::ios::binary};
            const std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
            // libFuzzer, too, hands out a block of exactly the input's size, so that a read past its end shows.
            const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
            LLVMFuzzerTestOneInput(exact.data(), exact.size());
            ++count;
        }
    }
    if (count == 0) {
        std::cerr << "usage: " << argv[0] << " DIRECTORY, with a file or more in it\n";
        return 1;
    }
    return 0;
}
