#pragma once

#include <optional>
#include <string>

#include <openssl/err.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/key_protection.hpp"
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

/// Adds RC2, DES and others that OpenSSL 3 keeps in its `legacy` provider, for the rest of the process. False if this
/// installation has none.
[[nodiscard]] bool have_legacy_algorithms();

/// Why `decrypt`, which is true on success, fails; null if it does not. It is tried again where it lacks an algorithm
/// that OpenSSL has but had not loaded. Leaves no errors in the queue.
template <class Decrypt> [[nodiscard]] std::optional<std::string> why_not(Decrypt decrypt)
{
    ERR_clear_error();
    bool done = decrypt();
    auto errors = ossl::take_errors();
    if (!done && algorithm_is_missing(errors) && have_legacy_algorithms()) {
        done = decrypt();
        errors = ossl::take_errors();
    }
    return done ? std::nullopt : std::optional{why_locked(errors)};
}

} // namespace mtls::x509
