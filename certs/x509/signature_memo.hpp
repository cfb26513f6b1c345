#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include <openssl/x509.h>

#include "certs/ossl/once.hpp"

namespace mtls::x509 {

/// A public key, by its digest.
using KeyDigest = std::array<std::uint8_t, 32>;

/// Of one certificate: the digest of its key, and by which keys it was found to be signed, or not to be. Paths try the
/// same again and again, and a file may hold hundreds of certificates that all fit each other; what it costs to verify
/// a signature is paid once. Safe from any thread.
class SignatureMemo {
  public:
    /// Whether `certificate`, whose memo this is, is signed with the key of `issuer`, whose memo is `of_issuer`.
    [[nodiscard]] bool is_signed_by(X509* certificate, X509* issuer, const SignatureMemo& of_issuer) const;

  private:
    [[nodiscard]] const KeyDigest& key(X509* certificate) const;

    mutable ossl::Once digested_;
    mutable KeyDigest key_{};
    mutable std::mutex mutex_;
    mutable std::vector<std::pair<KeyDigest, bool>> tried_;
};

} // namespace mtls::x509
