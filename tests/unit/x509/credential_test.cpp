#include <doctest/doctest.h>
#include <openssl/err.h>
#include <sys/stat.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/credential.hpp"
#include "certs/x509/path.hpp"
#include "support/credential_files.hpp"
#include "support/shell.hpp"

using namespace mtls::x509;
using mtls::test::credential_files;
using mtls::test::write_text;

namespace {

PassphraseSource passphrase(const std::string& text = "secret")
{
    const auto file = credential_files() / ("passphrase-" + std::to_string(text.size()));
    write_text(file, text + "\n");
    return PassphraseSource::parse("file:" + file.string());
}

Credential load(const std::string& file, const PassphraseSource& source = {})
{
    return load_credential({credential_files() / file, {}, {}, source});
}

/// What load_credential() says, without the directory.
std::string complaint(const CredentialFiles& files)
{
    try {
        static_cast<void>(load_credential(files));
    } catch (const ConfigError& error) {
        std::string text = error.what();
        const std::string directory = credential_files().string() + "/";
        for (auto at = text.find(directory); at != std::string::npos; at = text.find(directory)) {
            text.erase(at, directory.size());
        }
        return text;
    }
    return "no error";
}

std::string complaint(const std::string& file, const PassphraseSource& source = {})
{
    return complaint(CredentialFiles{credential_files() / file, {}, {}, source});
}

std::vector<std::string> subjects(const std::vector<Certificate>& certificates)
{
    std::vector<std::string> names;
    names.reserve(certificates.size());
    for (const Certificate& each : certificates) {
        names.push_back(each.subject().text());
    }
    return names;
}

const std::vector<std::string> whole_chain{"CN=Intermediate,O=Example", "CN=Root,O=Example"};

} // namespace

TEST_CASE("a bundle is understood whatever its order, line ends and byte order mark")
{
    for (const std::string file : {"shuffled.pem", "crlf.pem", "bom.pem", "utf16.pem"}) {
        CAPTURE(file);
        const Credential credential = load(file);
        CHECK(credential.leaf.subject().text() == "CN=Alice,O=Example");
        CHECK(credential.key_matches());
        CHECK(subjects(credential.chain) == whole_chain);
        CHECK(credential.label == (credential_files() / file).string());
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("PKCS#12 is opened with its passphrase, or without where it has none")
{
    for (const std::string file : {"alice.p12", "alice-legacy.p12", "alice-no-passphrase.p12", "alice-open.p12"}) {
        CAPTURE(file);
        const Credential credential = load(file, passphrase());
        CHECK(credential.leaf.subject().text() == "CN=Alice,O=Example");
        CHECK(credential.key_matches());
        CHECK(subjects(credential.chain) == whole_chain);
    }
    CHECK(load("alice-no-passphrase.p12").key_matches());
    CHECK(load("alice-umlaut.p12", passphrase("pässwörd")).key_matches());
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a key is read in every format")
{
    const Certificate alice = load("alice.pem").leaf;
    for (const std::string file :
         {"alice.key", "alice-encrypted.key", "alice-encrypted-key.der", "alice-key.der", "alice-rc2.key",
          "alice-traditional.key", "alice-traditional-key.der", "alice-traditional-encrypted.key",
          "alice-traditional-des.key", "shuffled.pem", "alice.p12"}) {
        CAPTURE(file);
        CHECK(load_private_key(credential_files() / file, passphrase()).belongs_to(alice));
    }
    CHECK_FALSE(load_private_key(credential_files() / "ec-with-parameters.key", {}).belongs_to(alice));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("key and chain may lie in files of their own")
{
    const auto& files = credential_files();

    const Credential credential =
        load_credential({files / "alice.der", files / "alice-encrypted.key", files / "chain.p7b", passphrase()});

    CHECK(credential.key_matches());
    CHECK(subjects(credential.chain) == whole_chain);
    CHECK(load_credential({files / "alice-line-end.der", files / "alice.key", {}, {}}).key_matches());
}

TEST_CASE("a certificate without its key is a credential, and a foreign key shows")
{
    CHECK_FALSE(load("with-text.pem").key);
    CHECK_FALSE(load("with-text.pem").key_matches());
    const Credential mismatch = load("mismatch.pem");
    CHECK(mismatch.key);
    CHECK_FALSE(mismatch.key_matches());
    CHECK(mismatch.leaf.subject().text() == "CN=Alice,O=Example");
    CHECK(load("root.pem").leaf.subject().text() == "CN=Root,O=Example");
}

TEST_CASE("what is sent is what the file holds: the path first, strangers after it, nothing twice")
{
    CHECK(subjects(load("with-stranger.pem").chain) ==
          std::vector<std::string>{"CN=Intermediate,O=Example", "CN=Root,O=Example", "CN=Stranger,O=Other"});
}

TEST_CASE("a file that cannot be used is named with the reason")
{
    const std::string no_passphrase =
        "encrypted, and no passphrase was given (--pass env:NAME, file:PATH, fd:N or prompt)";

    struct Row {
        std::string file;
        std::string complaint;
    };

    const std::vector<Row> rows{
        {"missing.pem", "No such file or directory"},
        {".", "Is a directory"},
        {"empty", "the file is empty"},
        {"garbage", "neither PEM nor DER of a certificate, key, PKCS#7 or PKCS#12"},
        {"text", "neither PEM nor DER of a certificate, key, PKCS#7 or PKCS#12"},
        {"truncated.der", "neither PEM nor DER of a certificate, key, PKCS#7 or PKCS#12"},
        {"truncated.pem", "certificate 1 in it cannot be parsed"},
        {"alice.key", "no certificate in it (only: private key)"},
        {"request.pem", "no certificate in it (only: CERTIFICATE REQUEST)"},
        {"alice-encrypted.pem", no_passphrase},
        {"alice.p12", no_passphrase},
        {"alice-legacy.p12", no_passphrase},
    };
    for (const Row& row : rows) {
        CAPTURE(row.file);
        CHECK(complaint(row.file) == "read " + row.file + ": " + row.complaint);
    }
    CHECK(complaint("damaged.pem").starts_with("read damaged.pem: a damaged PEM block that ends near line "));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a wrong passphrase is called so")
{
    const auto& files = credential_files();
    for (const std::string file : {"alice.p12", "alice-legacy.p12", "alice-encrypted.pem"}) {
        CAPTURE(file);
        CHECK(complaint(file, passphrase("wrong")) == "read " + file + ": wrong passphrase");
    }
    for (const std::string file : {"alice-encrypted.key", "alice-encrypted-key.der", "alice-rc2.key",
                                   "alice-traditional-encrypted.key", "alice-traditional-des.key"}) {
        CAPTURE(file);
        CHECK(complaint({files / "alice.pem", files / file, {}, passphrase("wrong")}) ==
              "read " + file + ": wrong passphrase");
        CHECK(
            complaint({files / "alice.pem", files / file, {}, {}}).starts_with("read " + file + ": encrypted, and no"));
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a file that may not be read, or is endless, is named with the reason")
{
    const mtls::test::TemporaryDirectory directory;
    const auto closed = directory.path() / "closed.pem";
    write_text(closed, "x");
    std::filesystem::permissions(closed, std::filesystem::perms::none);
    if (::geteuid() != 0) { // root may read everything
        CHECK_THROWS_WITH_AS((void)load_certificates(closed),
                             ("read " + closed.string() + ": Permission denied").c_str(), ConfigError);
    }
    CHECK_THROWS_WITH_AS((void)load_certificates("/dev/zero"), "read /dev/zero: larger than 16 MiB", ConfigError);
    CHECK_THROWS_WITH_AS((void)load_certificates("/nonexistent\n\x1b[2J/x"),
                         "read /nonexistent\\0A\\1B[2J/x: No such file or directory", ConfigError);
}

TEST_CASE("certificates are read from every container, in its order")
{
    const auto& files = credential_files();
    for (const std::string file : {"chain.pem", "chain.p7b", "chain-der.p7b", "certificates.p12"}) {
        CAPTURE(file);
        CHECK(subjects(load_certificates(files / file)) == whole_chain);
    }
    CHECK(subjects(load_certificates(files / "root-trusted.pem")) == std::vector<std::string>{"CN=Root,O=Example"});
    CHECK(load_certificates(files / "alice-encrypted.pem").size() == 1);
    CHECK(load_certificates(files / "shuffled.pem").size() == 3);
    CHECK_THROWS_AS((void)load_certificates(files / "alice.p12"), ConfigError);
    CHECK_THROWS_AS((void)load_certificates(files / "alice.key"), ConfigError);
}

TEST_CASE("the certificates of a directory are those of its files")
{
    const mtls::test::TemporaryDirectory directory;
    CHECK_THROWS_AS((void)load_certificates(directory.path()), ConfigError);

    std::filesystem::copy(credential_files() / "root.pem", directory.path() / "b.pem");
    std::filesystem::copy(credential_files() / "chain.p7b", directory.path() / "a.p7b");
    std::filesystem::copy(credential_files() / "garbage", directory.path() / "c");

    CHECK(subjects(load_certificates(directory.path())) ==
          std::vector<std::string>{"CN=Intermediate,O=Example", "CN=Root,O=Example", "CN=Root,O=Example"});
}
