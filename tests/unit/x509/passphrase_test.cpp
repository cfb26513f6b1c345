#include <array>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/passphrase.hpp"
#include "support/shell.hpp"

using namespace mtls::x509;

TEST_CASE("a passphrase comes from the environment, a file's first line or a descriptor's first line")
{
    const mtls::test::TemporaryDirectory directory;
    ::setenv("MTLS_TEST_PASSPHRASE", "from env", 1);
    mtls::test::write_text(directory.path() / "file", "from file\r\nsecond line\n");
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    REQUIRE(::write(ends[1], "from fd\nrest", 12) == 12);
    const auto fd = PassphraseSource::parse("fd:" + std::to_string(ends[0]));

    CHECK(PassphraseSource::parse("env:MTLS_TEST_PASSPHRASE").read("x").view() == "from env");
    CHECK(PassphraseSource::parse("file:" + (directory.path() / "file").string()).read("x").view() == "from file");
    CHECK(fd.read("x").view() == "from fd");
    CHECK(std::vector(2, fd).back().read("y").view() == "from fd"); // copies share what was read
    std::array<char, 8> rest{};
    CHECK(::read(ends[0], rest.data(), rest.size()) == 4);
    CHECK(std::string{rest.data()} == "rest");
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a secret leaves nothing behind, neither where it was moved from nor where it ended")
{
    for (const std::string_view text : {"short", "a passphrase that is too long for the inside of a string"}) {
        CAPTURE(text);
        alignas(Secret) std::array<char, 2 * sizeof(Secret)> place{};
        auto* const first = new (place.data()) Secret{std::string{text}};
        auto* const second = new (place.data() + sizeof(Secret)) Secret{std::move(*first)};
        const char* const bytes = second->view().data();
        CHECK(second->view() == text);
        CHECK(Secret{*second}.view() == text);

        Secret taken;
        taken = std::move(*second);
        CHECK(taken.view().data() == bytes); // never copied about
        second->~Secret();
        first->~Secret();

        CHECK(std::string_view{place.data(), place.size()}.find(text.substr(1, 4)) == std::string_view::npos);
    }
    CHECK(Secret{}.view().empty());
}

TEST_CASE("a literal passphrase is refused and not repeated")
{
    for (const std::string text : {"hunter2", "pass:hunter2", "", "env:", "file:", "fd:", "fd:x", "fd:-1", "prompt:"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)PassphraseSource::parse(text), ConfigError);
    }
    try {
        static_cast<void>(PassphraseSource::parse("pass:hunter2"));
    } catch (const ConfigError& error) {
        CHECK(std::string{error.what()}.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("what may be the passphrase itself is not repeated")
{
    const mtls::test::TemporaryDirectory directory;
    const std::string hidden = " (not repeated here, in case it is the passphrase itself)";
    const std::string unset = "the variable is not set";
    const std::string missing = "No such file or directory";
    const std::string lost = directory.path() / "Sup3r-secret";
    const std::pair<std::string, std::string> cases[]{
        {"env:Sup3r_secret", "env: " + unset + hidden},
        {"env:SUP3R-SECRET", "env: " + unset + hidden},
        {"env:3SUPER", "env: " + unset + hidden},
        {"env:correct horse", "env: " + unset + hidden},
        {"env:MTLS_SUP3R_ABSENT", "env:MTLS_SUP3R_ABSENT: " + unset},
        {"file:Sup3r-secret", "file: " + missing + hidden},
        {"file:Sup3r/secret", "file: " + missing + hidden},
        {"file:" + lost, "file:" + lost + ": " + missing},
        {"file:" + directory.path().string(), "file:" + directory.path().string() + ": Is a directory"},
    };
    for (const auto& [given, told] : cases) {
        const std::string why = "passphrase from " + told;
        CHECK_THROWS_WITH_AS((void)PassphraseSource::parse(given).read("x"), why.c_str(), ConfigError);
    }
}

TEST_CASE("a passphrase that is not there is named by its source")
{
    ::unsetenv("MTLS_TEST_ABSENT");
    CHECK_THROWS_WITH_AS((void)PassphraseSource::parse("env:MTLS_TEST_ABSENT").read("x"),
                         "passphrase from env:MTLS_TEST_ABSENT: the variable is not set", ConfigError);
    CHECK_THROWS_WITH_AS((void)PassphraseSource::parse("file:/nonexistent").read("x"),
                         "passphrase from file:/nonexistent: No such file or directory", ConfigError);
    CHECK_THROWS_WITH_AS((void)PassphraseSource::parse("file:/").read("x"), "passphrase from file:/: Is a directory",
                         ConfigError);
    CHECK_THROWS_WITH_AS((void)PassphraseSource::parse("fd:999").read("x"),
                         "passphrase from fd:999: Bad file descriptor", ConfigError);
    CHECK_THROWS_WITH_AS((void)PassphraseSource::parse("file:/dev/zero").read("x"),
                         "passphrase from file:/dev/zero: longer than 1023 bytes", ConfigError);
    CHECK_FALSE(PassphraseSource{}.given());
}
