#include <doctest/doctest.h>
#include <sys/stat.h>

#include "certs/pki/hierarchy.hpp"
#include "certs/pki/private_file.hpp"
#include "certs/x509/config_error.hpp"
#include "support/shell.hpp"

using namespace mtls::pki;
using mtls::test::read_text;
using mtls::test::run_script;
using mtls::test::TemporaryDirectory;
using mtls::x509::ConfigError;

namespace {

mtls::x509::Time now()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// The standard hierarchy on disk, once per run.
const std::filesystem::path& standard_files()
{
    static const TemporaryDirectory directory;
    static const bool written = [] {
        ::umask(0); // the modes must not depend on it
        Hierarchy{standard_recipe(), now()}.write(directory.path() / "sub" / "pki");
        return true;
    }();
    static_cast<void>(written);
    static const std::filesystem::path path = directory.path() / "sub" / "pki";
    return path;
}

/// What `openssl verify` says about NAME.pem as a TLS client below root.pem, with its own file as the untrusted chain.
std::string verify(const std::string& name, const std::string& arguments = "-CAfile root.pem -purpose sslclient")
{
    return run_script(standard_files(),
                      "openssl verify " + arguments + " -untrusted " + name + ".pem " + name + ".pem || true");
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("nothing that is written is readable to others")
{
    struct stat status {};

    REQUIRE(::stat(standard_files().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700U);
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator{standard_files()}) {
        CAPTURE(file.path().string());
        REQUIRE(::stat(file.path().c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0600U);
        ++count;
    }
    CHECK(count == 22 * 2 + 10 + 2 + 2); // pem and key, p12 of the clients, CRLs, ca.pem and README.txt
}

TEST_CASE("openssl verify says of each standard certificate what its name says")
{
    for (const std::string name : {"alice", "alice-ec", "alice-ed25519", "no-usage", "revoked"}) {
        CAPTURE(name);
        CHECK(verify(name) == name + ".pem: OK\n");
    }
    CHECK(verify("server", "-CAfile root.pem -purpose sslserver -verify_hostname localhost") == "server.pem: OK\n");
    CHECK(verify("server", "-CAfile root.pem -purpose sslserver -verify_ip ::1") == "server.pem: OK\n");
    CHECK(has(verify("expired"), "error 10 "));      // certificate has expired
    CHECK(has(verify("not-yet-valid"), "error 9 ")); // not yet valid
    CHECK(has(verify("server-usage"), "error 26 ")); // unsupported purpose
    CHECK(has(verify("mallory"), "error 20 "));      // no issuer
    CHECK(has(verify("alice-leaf-only"), "error 20 "));
    CHECK(verify("alice-leaf-only", "-CAfile root.pem -untrusted intermediate.pem") == "alice-leaf-only.pem: OK\n");
    CHECK(verify("mallory", "-CAfile other-root.pem") == "mallory.pem: OK\n");
    CHECK(verify("cross", "-CAfile other-root.pem") == "cross.pem: OK\n");
    CHECK(has(verify("cross", "-CAfile root.pem"), "error 20 "));
    CHECK(verify("intermediate", "-CAfile root.pem") == "intermediate.pem: OK\n");
    for (int i = 1; i <= 6; ++i) {
        const std::string name = "public-root-" + std::to_string(i);
        CHECK(verify(name, "-x509_strict -check_ss_sig -CAfile ca.pem") == name + ".pem: OK\n");
    }
    CHECK(verify("alice", "-x509_strict -CAfile root.pem") == "alice.pem: OK\n");
}

TEST_CASE("the CRLs revoke who is revoked, by openssl's word")
{
    const std::string crl_check = "-CAfile root.pem -crl_check_all -CRLfile intermediate.crl -CRLfile root.crl";

    CHECK(verify("alice", crl_check) == "alice.pem: OK\n");
    CHECK(has(verify("revoked", crl_check), "error 23 ")); // certificate revoked
    const std::string text =
        run_script(standard_files(), "openssl crl -in intermediate.crl -noout -text -CAfile intermediate.pem");
    CHECK(has(text, "verify OK"));
    CHECK(has(text, "Next Update:"));
    CHECK(has(text, "X509v3 CRL Number"));
    CHECK(has(text, "Authority Key Identifier"));
}

TEST_CASE("openssl finds every extension that the recipe asks for")
{
    const TemporaryDirectory directory;
    Hierarchy{parse_recipe("[[authority]]\nname='a'\npath_length=0\n[[client]]\nname='b'\nissuer='a'\n"
                           "names=['x.example','10.0.0.1','u@x.example','https://x.example/']\n"
                           "crl_url='http://x.example/a,b.crl'\n",
                           "test.toml"),
              now()}
        .write(directory.path() / "out");

    const std::string authority = run_script(directory.path() / "out", "openssl x509 -in a.pem -noout -text");
    const std::string client = run_script(directory.path() / "out", "openssl x509 -in b.pem -noout -text");

    CHECK(has(authority, "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0"));
    CHECK(has(authority, "X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign"));
    CHECK(has(client, "X509v3 Basic Constraints: critical\n                CA:FALSE"));
    CHECK(has(client, "X509v3 Key Usage: critical\n                Digital Signature\n"));
    CHECK(has(client, "X509v3 Extended Key Usage: \n                TLS Web Client Authentication\n"));
    CHECK(has(client, "DNS:x.example, IP Address:10.0.0.1, email:u@x.example, URI:https://x.example/"));
    CHECK(has(client, "URI:http://x.example/a,b.crl"));
    CHECK(has(client, "X509v3 Subject Key Identifier"));
    CHECK(has(client, "X509v3 Authority Key Identifier"));
}

TEST_CASE("a client's PKCS#12 opens with the passphrase that README.txt tells, and its key is its own")
{
    const std::string text =
        run_script(standard_files(), "openssl pkcs12 -in alice.p12 -passin pass:test -noenc > out.tmp\n"
                                     "grep -c 'BEGIN CERTIFICATE' out.tmp\n"
                                     "openssl pkey -in out.tmp -pubout > key.tmp\n"
                                     "openssl x509 -in alice.pem -noout -pubkey | cmp - key.tmp && echo same\n"
                                     "rm out.tmp key.tmp");

    CHECK(text == "2\nsame\n");
    CHECK(has(read_text(standard_files() / "README.txt"), "passphrase \"test\""));
    CHECK(has(read_text(standard_files() / "README.txt"), "alice.pem"));
    CHECK(has(read_text(standard_files() / "alice.key"), "-----BEGIN "
                                                         "PRIVATE KEY-----"));
}

TEST_CASE("a directory with anything in it is refused, and nothing in it changes")
{
    const TemporaryDirectory directory;
    const Hierarchy small{parse_recipe("[[authority]]\nname='a'", "test.toml"), now()};
    mtls::test::write_text(directory.path() / "a.key", "precious");

    CHECK_THROWS_WITH_AS(small.write(directory.path()),
                         ("write " + directory.path().string() +
                          ": the directory is not empty, and nothing in it shall be replaced; name a new one")
                             .c_str(),
                         ConfigError);
    CHECK(read_text(directory.path() / "a.key") == "precious");
    CHECK_THROWS_AS(small.write(directory.path() / "a.key"), ConfigError);
    CHECK_THROWS_AS(small.write("/dev/null/x"), ConfigError);
    CHECK_THROWS_AS(write_private_file(directory.path() / "a.key", "x"), ConfigError);
    std::filesystem::create_directory(directory.path() / "empty");
    CHECK_NOTHROW(small.write(directory.path() / "empty"));
}
