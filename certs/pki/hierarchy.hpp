#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "certs/pki/recipe.hpp"
#include "certs/x509/certificate.hpp"
#include "certs/x509/private_key.hpp"

namespace mtls::pki {

/// One issued certificate.
struct Issued {
    Entry entry;
    x509::Certificate certificate;
    x509::PrivateKey key;
    std::vector<x509::Certificate> chain; ///< issuers, nearest first, without the self-signed root
};

/// A revocation list of a recipe, signed.
struct IssuedCrl {
    CrlEntry entry;
    std::shared_ptr<X509_CRL> crl;
};

/// A recipe carried out. Keys exist only here (and where write() puts them).
class Hierarchy {
  public:
    /// Issues everything. Equal key specifications do not share keys. Throws ossl::Error, ConfigError.
    Hierarchy(const Recipe& recipe, x509::Time now);

    [[nodiscard]] const Issued& at(const std::string& name) const;        ///< throws ConfigError naming what exists
    [[nodiscard]] const IssuedCrl& crl_at(const std::string& name) const; ///< the same
    [[nodiscard]] bool has(const std::string& name) const;

    [[nodiscard]] const std::vector<Issued>& all() const { return issued_; }

    /// Writes everything below `directory` (made if missing, mode 0700): `NAME.pem` (certificate and chain; leaf alone
    /// if leaf_only), `NAME.key` (mode 0600, PKCS#8), clients also as `NAME.p12` (mode 0600, passphrase "test",
    /// said in README.txt), `NAME.crl`, and `ca.pem` with every self-signed authority. Files are never readable to
    /// others, not even for a moment. Throws ConfigError.
    void write(const std::filesystem::path& directory) const;

  private:
    std::vector<Issued> issued_;
    std::vector<IssuedCrl> crls_;
};

} // namespace mtls::pki
