#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certs/ossl/handles.hpp"

/// What stands between a passphrase and a key: how often it is hashed, and what OpenSSL says when that comes to
/// nothing.
namespace mtls::x509 {

/// Some seconds of work. OWASP advises 600,000 rounds of PBKDF2 with SHA-256, and of scrypt what is 1,048,576 here.
inline constexpr std::int64_t most_rounds = 10'000'000;

inline constexpr const char* wrong_passphrase = "wrong passphrase";
inline constexpr const char* unknown_encryption =
    "encrypted with an algorithm that this OpenSSL does not have (for RC2 and DES it needs its legacy provider)";

/// The rounds that a file asks for, all in all. Nothing else bounds them, and no timeout reaches into OpenSSL.
class Rounds {
  public:
    /// Of PBES1, PBES2, PBMAC1 and PKCS#12's own. Those of scrypt are N * r * p, what it takes in time.
    void add(const X509_ALGOR* scheme);

    /// The MAC of a PKCS#12 file, and the keys in it that are encrypted by themselves and the parts of it that are
    /// encrypted as a whole.
    void add(const PKCS12* archive);

    /// The keys within the parts that are encrypted as a whole, which `passphrase` opens.
    void add_hidden(const PKCS12* archive, const char* passphrase);

    /// Why not to begin; null if there is no reason.
    [[nodiscard]] std::optional<std::string> problem() const;

  private:
    void add(const STACK_OF(PKCS12_SAFEBAG) * bags);
    void add(const ASN1_INTEGER* rounds);
    void add(std::int64_t rounds);
    void add_derivation(const X509_ALGOR* function);

    std::int64_t total_ = 0;
    std::optional<std::int64_t> impossible_; ///< fewer than one
};

/// What to say of a decryption that failed with these errors: only a wrong passphrase is called one.
[[nodiscard]] std::string why_locked(const std::vector<unsigned long>& errors);

/// Whether a decryption failed because OpenSSL lacks the algorithm, and not because of the passphrase.
[[nodiscard]] bool algorithm_is_missing(const std::vector<unsigned long>& errors);

} // namespace mtls::x509
