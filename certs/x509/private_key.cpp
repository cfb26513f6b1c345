#include "certs/x509/private_key.hpp"

#include "certs/ossl/error.hpp"

namespace mtls::x509 {

PrivateKey::PrivateKey(ossl::EvpPkeyPtr key) : key_{std::move(key)} {}

bool PrivateKey::belongs_to(const Certificate& certificate) const
{
    const ossl::ErrorMark quiet;
    const EVP_PKEY* const public_key = X509_get0_pubkey(certificate.get());
    return public_key != nullptr && EVP_PKEY_eq(public_key, key_.get()) == 1;
}

EVP_PKEY* PrivateKey::get() const
{
    return key_.get();
}

} // namespace mtls::x509
