#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/credential.hpp"
#include "certs/x509/path.hpp"
#include "support/credential_files.hpp"
#include "support/shell.hpp"

using namespace mtls;
using namespace mtls::x509;

namespace {

/// OpenSSL's own hands, and a key: what takes `mtls::pki` and a recipe elsewhere is a loop here.
class Issuer {
  public:
    [[nodiscard]] Certificate issue(const std::string& subject, const std::string& issuer) const
    {
        const ossl::X509Ptr made{ossl::must(X509_new(), "X509_new")};
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        add(X509_get_subject_name(made.get()), subject);
        add(X509_get_issuer_name(made.get()), issuer);
        X509_set_pubkey(made.get(), key_.get());
        ossl::must_succeed(X509_sign(made.get(), key_.get(), EVP_sha256()), "X509_sign");
        return Certificate::parse(der_of(made.get())).value();
    }

    [[nodiscard]] std::string key_pem() const
    {
        const ossl::BioPtr out{ossl::must(BIO_new(BIO_s_mem()), "BIO_new")};
        PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }

  private:
    static void add(X509_NAME* name, const std::string& common_name)
    {
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    }

    static Der der_of(X509* certificate)
    {
        unsigned char* bytes = nullptr;
        const int size = i2d_X509(certificate, &bytes);
        const ossl::BytesPtr owner{bytes};
        return {bytes, bytes + size};
    }

    ossl::EvpPkeyPtr key_{EVP_EC_gen("P-256")};
};

std::string pem(const Certificate& certificate)
{
    const ossl::BioPtr out{ossl::must(BIO_new(BIO_s_mem()), "BIO_new")};
    PEM_write_bio_X509(out.get(), certificate.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

/// A file with so many certificates of one key, and the key.
std::filesystem::path bundle(int certificates)
{
    const Issuer issuer;
    std::string text = issuer.key_pem();
    for (int i = 0; i < certificates; ++i) {
        text += pem(issuer.issue("c" + std::to_string(i), "CA"));
    }
    const auto folder = test::credential_files() / ("bundle-" + std::to_string(certificates));
    std::filesystem::create_directories(folder);
    test::write_text(folder / "all.pem", text);
    return folder / "all.pem";
}

} // namespace

TEST_CASE("a file may hold a thousand candidates and no more, and a directory passes such a file over")
{
    const auto full = bundle(1000);
    const auto too_many = bundle(1001);

    CHECK(load_credentials({full, {}, {}, {}}).size() == 1000);
    CHECK_THROWS_WITH_AS((void)load_credentials({too_many, {}, {}, {}}),
                         ("read " + too_many.string() +
                          ": more than 1000 certificates belong to keys in it, and each would be tried: give each a "
                          "file of its own")
                             .c_str(),
                         ConfigError);
    const auto found = load_credential_directory(too_many.parent_path(), {});
    CHECK(found.credentials.empty());
    REQUIRE(found.skipped.size() == 1);
    CHECK(found.skipped.front().kind == SkippedFile::Kind::unusable);
}

TEST_CASE("a path through a hundred authorities with one key is found")
{
    const Issuer issuer;
    std::vector<Certificate> pool;
    for (int i = 1; i <= 100; ++i) {
        pool.push_back(issuer.issue("c" + std::to_string(i), "c" + std::to_string(i + 1)));
    }

    CHECK(build_path(issuer.issue("c0", "c1"), pool) == pool);
}

TEST_CASE("who has issued a certificate is the same at each time of asking")
{
    const Issuer right;
    const Issuer wrong; // of the same name
    const Certificate leaf = right.issue("leaf", "CA");
    const Certificate issuer = right.issue("CA", "CA");
    const Certificate other = wrong.issue("CA", "CA");
    const Certificate renewed = right.issue("CA", "root");

    for (int turn = 0; turn < 3; ++turn) {
        CHECK(leaf.is_issued_by(issuer));
        CHECK_FALSE(leaf.is_issued_by(other));
        CHECK(leaf.is_issued_by(renewed));
        CHECK(issuer.is_self_signed());
        CHECK_FALSE(leaf.is_issued_by(leaf));
    }
}
