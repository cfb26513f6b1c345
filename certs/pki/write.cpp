#include <openssl/pem.h>

#include "certs/ossl/error.hpp"
#include "certs/pki/hierarchy.hpp"
#include "certs/pki/private_file.hpp"

namespace mtls::pki {

namespace {

constexpr const char* p12_passphrase = "test";

/// A memory BIO; OpenSSL wipes its buffer when it goes.
class Memory {
  public:
    [[nodiscard]] BIO* get() const { return bio_.get(); }

    [[nodiscard]] std::string_view view() const
    {
        char* data = nullptr;
        const long size = BIO_get_mem_data(bio_.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }

  private:
    ossl::BioPtr bio_{ossl::must(BIO_new(BIO_s_mem()), "make a buffer")};
};

void put(const Memory& out, const x509::Certificate& certificate)
{
    ossl::must_succeed(PEM_write_bio_X509(out.get(), certificate.get()), "write PEM");
}

void write_certificate(const std::filesystem::path& path, const Issued& issued)
{
    const Memory out;
    put(out, issued.certificate);
    if (!issued.entry.leaf_only) {
        for (const x509::Certificate& each : issued.chain) {
            put(out, each);
        }
    }
    write_private_file(path, out.view());
}

void write_key(const std::filesystem::path& path, const x509::PrivateKey& key)
{
    const Memory out;
    ossl::must_succeed(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr),
                       "write PEM");
    write_private_file(path, out.view());
}

void write_p12(const std::filesystem::path& path, const Issued& issued)
{
    const ossl::CertificatesPtr chain{ossl::must(sk_X509_new_null(), "write PKCS#12")};
    if (!issued.entry.leaf_only) {
        for (const x509::Certificate& each : issued.chain) {
            X509_up_ref(each.get());
            sk_X509_push(chain.get(), each.get());
        }
    }
    const ossl::Pkcs12Ptr archive{ossl::must(PKCS12_create(p12_passphrase, issued.entry.name.c_str(), issued.key.get(),
                                                           issued.certificate.get(), chain.get(), 0, 0, 0, 0, 0),
                                             "write PKCS#12")};
    const Memory out;
    ossl::must_succeed(i2d_PKCS12_bio(out.get(), archive.get()), "write PKCS#12");
    write_private_file(path, out.view());
}

void write_crl(const std::filesystem::path& path, X509_CRL* crl)
{
    const Memory out;
    ossl::must_succeed(PEM_write_bio_X509_CRL(out.get(), crl), "write PEM");
    write_private_file(path, out.view());
}

std::string line(std::string file, const std::string& what)
{
    constexpr std::size_t column = 24;
    file.resize(std::max(column, file.size() + 1), ' ');
    return file + what + "\n";
}

std::string role_text(const Entry& entry)
{
    const std::string kind = entry.role == Role::authority ? "authority"
                             : entry.role == Role::server  ? "server certificate"
                                                           : "client certificate";
    return kind + (entry.issuer ? " issued by " + *entry.issuer : ", self-signed");
}

std::string readme(const std::vector<Issued>& issued, const std::vector<IssuedCrl>& crls)
{
    std::string text =
        "Certificates and keys for tests, made by mtls-harness. Do not trust them anywhere else.\n"
        "NAME.pem is the certificate with its chain (without the root), NAME.key its private key (PKCS#8, not\n"
        "encrypted), NAME.p12 both in PKCS#12 with the passphrase \"test\", NAME.crl a revocation list.\n\n";
    text += line("ca.pem", "every self-signed authority");
    for (const Issued& each : issued) {
        text += line(each.entry.name + ".pem", each.certificate.subject().text() + ": " + role_text(each.entry));
    }
    for (const IssuedCrl& each : crls) {
        text += line(each.entry.name + ".crl", "revocation list of " + each.entry.issuer);
    }
    return text;
}

} // namespace

void Hierarchy::write(const std::filesystem::path& directory) const
{
    make_private_directory(directory);
    const Memory authorities;
    for (const Issued& each : issued_) {
        const std::filesystem::path stem = directory / each.entry.name;
        write_certificate(stem.string() + ".pem", each);
        write_key(stem.string() + ".key", each.key);
        if (each.entry.role == Role::client) {
            write_p12(stem.string() + ".p12", each);
        }
        if (each.entry.role == Role::authority && !each.entry.issuer) {
            put(authorities, each.certificate);
        }
    }
    for (const IssuedCrl& each : crls_) {
        write_crl((directory / each.entry.name).string() + ".crl", each.crl.get());
    }
    write_private_file(directory / "ca.pem", authorities.view());
    write_private_file(directory / "README.txt", readme(issued_, crls_));
}

} // namespace mtls::pki
