#pragma once

#include <vector>

#include "certs/ossl/handles.hpp"
#include "certs/pki/recipe.hpp"
#include "certs/x509/certificate.hpp"
#include "certs/x509/rfc4514.hpp"

namespace mtls::pki {

/// Who signs.
struct Signer {
    X509* certificate = nullptr; ///< null: the new certificate signs itself
    EVP_PKEY* key = nullptr;
};

/// The subject that an entry asks for, in its string type.
[[nodiscard]] x509::EncodedName encoded_subject(const Entry& entry);

/// A certificate for `key`, with a random positive serial number. Throws ossl::Error, ConfigError.
[[nodiscard]] x509::Certificate issue(const Entry& entry, EVP_PKEY* key, const Signer& signer, x509::Time now);

/// A CRL of the signer that names these certificates. Throws ossl::Error.
[[nodiscard]] ossl::X509CrlPtr issue_crl(const CrlEntry& entry, const std::vector<x509::Certificate>& revoked,
                                         const Signer& signer, x509::Time now);

} // namespace mtls::pki
