#pragma once

#include <optional>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::clients {

/// TLS 1.3 binds ECDSA to curves and forbids PKCS#1 v1.5 and SHA-1 in CertificateVerify (RFC 8446 §4.2.3).
enum class SigningRules { tls12, tls13 };

/// Whether the certificate's key can sign a CertificateVerify with this. Null for keys that are not known here.
[[nodiscard]] std::optional<bool> can_sign_with(const x509::Certificate& certificate, wire::SignatureScheme scheme,
                                                SigningRules rules);

/// Whether the certificate's key can sign a CertificateVerify with one of these. Null for keys that are not known here.
[[nodiscard]] std::optional<bool> can_sign_with_any(const x509::Certificate& certificate,
                                                    const std::vector<wire::SignatureScheme>& offered,
                                                    SigningRules rules);

/// RFC 5246 §7.4.4 and RFC 8422 §5.5 (Ed25519 and Ed448 come under ecdsa_sign). Null for keys that no type covers.
[[nodiscard]] std::optional<wire::ClientCertificateType> certificate_type_of(x509::KeyType key);

} // namespace mtls::clients
