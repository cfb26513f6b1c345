#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/credential.hpp"
#include "support/credential_files.hpp"
#include "support/shell.hpp"

using namespace mtls::x509;
using mtls::test::credential_files;
using mtls::test::TemporaryDirectory;
using mtls::test::write_text;

namespace {

class Folder {
  public:
    void add(const std::string& file, const std::string& as) const
    {
        std::filesystem::copy(credential_files() / file, directory_.path() / as);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }

    [[nodiscard]] DirectoryCredentials load(const PassphraseSource& passphrase = {}) const
    {
        return load_credential_directory(path(), passphrase);
    }

    /// "FILE: REASON" of each skipped one.
    [[nodiscard]] std::vector<std::string> skipped() const
    {
        std::vector<std::string> texts;
        for (const SkippedFile& each : load().skipped) {
            texts.push_back(std::filesystem::path{each.path}.filename().string() + ": " + each.reason);
        }
        return texts;
    }

  private:
    TemporaryDirectory directory_;
};

} // namespace

TEST_CASE("in a directory a key is found by its public half, whatever its file is called")
{
    const Folder folder;
    folder.add("alice.pem", "user.crt");
    folder.add("alice-key.der", "zzz.bin");
    folder.add("stranger.key", "other.key");

    const auto found = folder.load();

    REQUIRE(found.credentials.size() == 1);
    CHECK(found.credentials.front().key_matches());
    CHECK(found.credentials.front().label == (folder.path() / "user.crt").string());
    CHECK(folder.skipped() == std::vector<std::string>{"other.key: a private key without its certificate"});
}

TEST_CASE("a foreign key beside a certificate is shown as its key, which does not match")
{
    for (const std::string name : {"user.key", "user-key.pem"}) {
        CAPTURE(name);
        const Folder folder;
        folder.add("alice.pem", "user.pem");
        folder.add("stranger.key", name);

        const auto found = folder.load();

        REQUIRE(found.credentials.size() == 1);
        CHECK(found.credentials.front().key);
        CHECK_FALSE(found.credentials.front().key_matches());
        CHECK(found.skipped.empty());
    }
}

TEST_CASE("files of a directory that are no candidates are skipped with a note, and only regular files are touched")
{
    const Folder folder;
    folder.add("alice.p12", "locked.p12");
    folder.add("chain.pem", "ca.pem");
    folder.add("garbage", "garbage");
    folder.add("empty", "empty");
    folder.add("request.pem", "request.pem");
    folder.add("garbage", ".hidden");
    REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
    std::filesystem::create_directory(folder.path() / "sub");
    std::filesystem::create_symlink("/nowhere", folder.path() / "dangling");

    CHECK(folder.load().credentials.empty());
    CHECK(folder.skipped() ==
          std::vector<std::string>{
              "ca.pem: only CA certificates",
              "empty: the file is empty",
              "garbage: neither PEM nor DER of a certificate, key, PKCS#7 or PKCS#12",
              "locked.p12: encrypted, and no passphrase was given (--pass env:NAME, file:PATH, fd:N or prompt)",
              "request.pem: no certificate in it (only: CERTIFICATE REQUEST)",
          });
}

TEST_CASE("one certificate in several files of a directory is one candidate, the most useful one")
{
    const Folder folder;
    folder.add("alice.pem", "a.pem");
    folder.add("alice.p12", "b.p12");
    folder.add("alice.der", "c.der");
    write_text(folder.path() / ".passphrase", "secret");

    const auto found = folder.load(PassphraseSource::parse("file:" + (folder.path() / ".passphrase").string()));

    REQUIRE(found.credentials.size() == 1);
    CHECK(found.credentials.front().label == (folder.path() / "b.p12").string());
    CHECK(found.credentials.front().key_matches());
    REQUIRE(found.skipped.size() == 2);
    CHECK(found.skipped.front().reason == "the same certificate as in " + (folder.path() / "b.p12").string());
}

TEST_CASE("each identity in a file of a directory is a candidate")
{
    const Folder folder;
    std::string two;
    for (const char* part : {"alice.pem", "alice.key", "stranger.pem", "stranger.key"}) {
        std::ifstream in{credential_files() / part};
        two.append(std::istreambuf_iterator<char>{in}, {});
    }
    write_text(folder.path() / "two.pem", two);

    const auto found = folder.load();

    REQUIRE(found.credentials.size() == 2);
    CHECK(found.credentials.front().label == (folder.path() / "two.pem").string());
    CHECK(found.credentials.back().label == (folder.path() / "two.pem#2").string());
    CHECK(found.credentials.back().key_matches());
}

TEST_CASE("a directory that cannot be read is an error")
{
    CHECK_THROWS_WITH_AS((void)load_credential_directory("/nonexistent", {}),
                         "read /nonexistent: No such file or directory", ConfigError);
}
