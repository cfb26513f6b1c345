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

/// What a program can sign with, beyond RSA PKCS#1 v1.5, RSA-PSS (with rsaEncryption keys) and ECDSA with SHA-256,
/// SHA-384 and SHA-512, which all of them can.
struct Repertoire {
    bool sha1 = false;   ///< in TLS 1.2
    bool sha224 = false; ///< in TLS 1.2
    bool ed25519 = false;
    bool ed448 = false;
    bool pss_keys = false;
};

/// Those of `offered` that the repertoire has.
[[nodiscard]] std::vector<wire::SignatureScheme> known_of(const std::vector<wire::SignatureScheme>& offered,
                                                          Repertoire repertoire);

/// Whether it is made with an RSA key, of either kind.
[[nodiscard]] bool is_for_rsa_keys(wire::SignatureScheme scheme);

/// Whether TLS 1.3 allows it in a CertificateVerify (RFC 8446 §4.2.3: neither PKCS#1 v1.5 nor SHA-1 nor SHA-224).
[[nodiscard]] bool signs_in_tls13(wire::SignatureScheme scheme);

/// Whether the certificate bears a signature of this kind: hash and key type; the curve is left aside.
[[nodiscard]] bool is_signed_with(const x509::Certificate& certificate, wire::SignatureScheme scheme);

/// SHA-1, MD5 or older.
[[nodiscard]] bool is_signed_weakly(const x509::Certificate& certificate);

/// An RSA key, or an EC key on P-256, P-384 or P-521: what every program was run with or is documented to take.
[[nodiscard]] bool has_everyday_key(const x509::Certificate& certificate);

} // namespace mtls::clients
