#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certs/x509/passphrase.hpp"
#include "certs/x509/private_key.hpp"

namespace mtls::x509 {

/// Where to ask for the passphrase of what is being read.
struct Unlock {
    const PassphraseSource& source; ///< outlives this
    std::string what;               ///< named in a prompt
};

inline constexpr const char* no_passphrase =
    "encrypted, and no passphrase was given (--pass env:NAME, file:PATH, fd:N or prompt)";
inline constexpr const char* wrong_passphrase = "wrong passphrase";
inline constexpr const char* unknown_encryption =
    "encrypted with an algorithm that this OpenSSL does not have (for RC2 and DES it needs its legacy provider)";

/// A key, or why there is none.
struct DecodedKey {
    std::optional<PrivateKey> key;
    std::string problem;
};

/// `PRIVATE KEY`: RFC 5208 PrivateKeyInfo.
[[nodiscard]] DecodedKey decode_pkcs8(Bytes der);

/// `ENCRYPTED PRIVATE KEY`.
[[nodiscard]] DecodedKey decode_encrypted_pkcs8(Bytes der, const Unlock& unlock);

/// PKCS#1 RSAPrivateKey, SEC 1 ECPrivateKey and the like.
[[nodiscard]] DecodedKey decode_traditional(Bytes der);

/// Whether a decryption failed because OpenSSL lacks the algorithm, and not because of the passphrase.
[[nodiscard]] bool algorithm_is_missing(const std::vector<unsigned long>& errors);

/// Adds RC2, DES and others that OpenSSL 3 keeps in its `legacy` provider, for the rest of the process. False if this
/// installation has none.
[[nodiscard]] bool have_legacy_algorithms();

} // namespace mtls::x509
