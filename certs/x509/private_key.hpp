#pragma once

#include <memory>

#include "certs/ossl/handles.hpp"
#include "certs/x509/certificate.hpp"

namespace mtls::x509 {

/// A private key. Copies share the key object; OpenSSL wipes it when the last one goes. Its bytes are never printed.
class PrivateKey {
  public:
    explicit PrivateKey(ossl::EvpPkeyPtr key);

    /// Whether the public half is the one in the certificate.
    [[nodiscard]] bool belongs_to(const Certificate& certificate) const;

    [[nodiscard]] EVP_PKEY* get() const; ///< borrowed

  private:
    std::shared_ptr<EVP_PKEY> key_;
};

} // namespace mtls::x509
