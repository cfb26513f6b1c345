#pragma once

#include <cstdint>

#include "certs/x509/private_key.hpp"
#include "harness/raw/bytes.hpp"
#include "harness/scenario/scenario.hpp"

namespace mtls::raw {

/// What a server's key signs with: RSA, or ECDSA on P-256.
enum class SignatureKind { rsa, ecdsa };

/// Throws ConfigError for a key of another kind.
[[nodiscard]] SignatureKind signature_kind(const x509::PrivateKey& key);

/// The code of what sign() makes; 1.2 and 1.3.
[[nodiscard]] std::uint16_t signature_scheme(SignatureKind kind, scenario::TlsVersion version);

/// As `version` wants it: RFC 4346 §7.4.3 (MD5 and SHA-1 together for RSA), RFC 5246 §7.4.1.4.1, RFC 8446 §4.2.3 (PSS).
[[nodiscard]] Buffer sign(const x509::PrivateKey& key, SignatureKind kind, scenario::TlsVersion version, Bytes bytes);

} // namespace mtls::raw
