#include "certs/x509/named_files.hpp"

#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "certs/x509/config_error.hpp"

using namespace mtls::x509;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, with a file `here` in it.
struct Folder {
    Folder()
    {
        std::string name = (fs::temp_directory_path() / "named-files-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
        std::ofstream{path / "here"} << "x";
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() { fs::remove_all(path); }

    fs::path path;
};

/// What is said of two files in these uses; "" for nothing.
std::string said(const fs::path& written, const fs::path& other, FileUse use = FileUse::written)
{
    try {
        refuse_shared_files({{"-o", written, FileUse::written}, {"--other", other, use}});
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("one file in two uses is found whatever its spelling")
{
    const Folder folder;
    fs::create_symlink("here", folder.path / "link");
    fs::create_symlink("link", folder.path / "link to link");
    fs::create_hard_link(folder.path / "here", folder.path / "hard");
    fs::create_directory(folder.path / "sub");

    for (const char* other : {"here", "./here", "sub/../here", "link", "link to link", "hard"}) {
        CAPTURE(other);
        CHECK(said(folder.path / "here", folder.path / other).ends_with("each needs one of its own"));
        CHECK(said(folder.path / other, folder.path / "here", FileUse::read).find("overwritten") != std::string::npos);
    }
    CHECK(said(folder.path / "here", folder.path / "sub").empty());
}

TEST_CASE("a file that is not there yet is found as well")
{
    const Folder folder;
    fs::create_symlink("to be", folder.path / "link");
    fs::create_directory_symlink(".", folder.path / "same folder");

    for (const char* other : {"to be", "./to be", "link", "same folder/to be", "nowhere/../to be"}) {
        CAPTURE(other);
        CHECK_FALSE(said(folder.path / "to be", folder.path / other).empty());
    }
    CHECK(said(folder.path / "to be", folder.path / "or not").empty());
    CHECK(said("relative", fs::current_path() / "relative") != "");
}

TEST_CASE("a link in a circle is no file of anybody")
{
    const Folder folder;
    fs::create_symlink("b", folder.path / "a");
    fs::create_symlink("a", folder.path / "b");

    CHECK(said(folder.path / "a", folder.path / "here").empty());
}

TEST_CASE("devices may be shared, and files that are only read")
{
    const Folder folder;

    CHECK(said("/dev/null", "/dev/null").empty());
    CHECK_NOTHROW(refuse_shared_files({{"--cert", folder.path / "here"}, {"--key", folder.path / "here"}}));
}

TEST_CASE("the message names both, as they were given")
{
    const Folder folder;
    const std::string here = (folder.path / "here").string();

    CHECK(said(here, here, FileUse::read) ==
          "-o " + here + " and --other " + here + " name the same file: it would be overwritten; write to another");
}

TEST_CASE("a certificate or key in a folder that is read is not written over")
{
    const Folder folder;
    std::ofstream{folder.path / "alice.pem"} << "Alice's\n-----BEGIN CERTIFICATE-----\n";
    std::ofstream{folder.path / "alice.der"} << "0\x82";
    fs::create_directory(folder.path / "sub");

    for (const char* written : {"alice.pem", "sub/../alice.pem", "alice.der"}) {
        CAPTURE(written);
        CHECK(said(folder.path / written, folder.path, FileUse::read).find("is a file of the folder that --other") !=
              std::string::npos);
    }
    CHECK(said(folder.path / "here", folder.path, FileUse::read).empty()); // a report of the day before
    CHECK(said(folder.path / "new.json", folder.path, FileUse::read).empty());
    CHECK(said(folder.path / "alice.pem", folder.path / "sub", FileUse::read).empty());
}
