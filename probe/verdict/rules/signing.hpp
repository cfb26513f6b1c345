#pragma once

#include <optional>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::verdict::rules {

/// TLS 1.3 binds ECDSA to curves and forbids PKCS#1 v1.5 and SHA-1 in CertificateVerify (RFC 8446 §4.2.3).
enum class SigningRules { tls12, tls13 };

/// Whether the certificate's key can sign a CertificateVerify with one of these. Null for keys that are not known here.
[[nodiscard]] std::optional<bool> can_sign_with_any(const x509::Certificate& certificate,
                                                    const std::vector<wire::SignatureScheme>& offered,
                                                    SigningRules rules);

} // namespace mtls::verdict::rules
