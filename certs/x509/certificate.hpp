#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "certs/x509/name.hpp"

namespace mtls::x509 {

/// Certificates may last until the year 9999, and system_clock's nanoseconds overflow in 2262: compare with
/// `floor<seconds>(system_clock::now())`.
using Time = std::chrono::sys_seconds;

/// What a key can sign with, as far as TLS cares.
enum class KeyType { rsa, rsa_pss, dsa, ec, ed25519, ed448, other };

/// A certificate. A value: copies share the parsed object, which nobody changes.
class Certificate {
  public:
    /// Throws ConfigError if the bytes are not exactly one certificate.
    explicit Certificate(Bytes der);
    explicit Certificate(ossl::X509Ptr certificate);

    /// Null instead of an exception: for certificates that a peer sent.
    [[nodiscard]] static std::optional<Certificate> parse(Bytes der);

    /// The same, but only the framing is checked, and OpenSSL decodes it when something is asked that a report of a
    /// server does not show: anything beyond subject, issuer, dates, names and digests. If OpenSSL then refuses it,
    /// get() is an empty certificate. For what servers present: decoding costs more than the connection.
    [[nodiscard]] static std::optional<Certificate> skim(Bytes der);

    [[nodiscard]] const Der& der() const;
    [[nodiscard]] const Name& subject() const;
    [[nodiscard]] const Name& issuer() const;
    [[nodiscard]] std::string sha256() const;             ///< lower-case hex of the whole certificate
    [[nodiscard]] std::string sha1() const;               ///< lower-case hex: the "thumbprint" of Windows
    [[nodiscard]] std::string serial() const;             ///< lower-case hex
    [[nodiscard]] std::optional<Time> not_before() const; ///< null if the field is malformed
    [[nodiscard]] std::optional<Time> not_after() const;
    [[nodiscard]] KeyType key_type() const;
    [[nodiscard]] int key_bits() const;
    [[nodiscard]] std::string key_text() const;            ///< "RSA 2048", "EC P-256", "Ed25519"
    [[nodiscard]] std::string signature_algorithm() const; ///< OpenSSL long name: "sha256WithRSAEncryption"

    /// Null if there is no EKU extension. Names as in RFC 5280 §4.2.1.12 ("clientAuth", "serverAuth",
    /// "anyExtendedKeyUsage"...), dotted OID for others.
    [[nodiscard]] std::optional<std::vector<std::string>> extended_key_usage() const;

    /// May be used for TLS client authentication as far as EKU goes: no EKU extension, clientAuth or any.
    [[nodiscard]] bool allows_client_authentication() const;

    /// Key usage extension absent, or holds digitalSignature.
    [[nodiscard]] bool allows_digital_signature() const;

    [[nodiscard]] bool is_ca() const;          ///< basicConstraints CA:TRUE, or a v1 self-signed certificate
    [[nodiscard]] bool is_self_issued() const; ///< subject equals issuer (RFC 5280 §7.1)
    [[nodiscard]] bool is_self_signed() const; ///< self-issued and the signature verifies with its own key

    /// Whether `issuer` issued this one: name, key identifier and signature.
    [[nodiscard]] bool is_issued_by(const Certificate& issuer) const;

    /// subjectAltName: DNS names, IP addresses, e-mail, URIs; printable() applied.
    [[nodiscard]] std::vector<std::string> names() const;

    [[nodiscard]] X509* get() const; ///< borrowed; do not modify

    friend bool operator==(const Certificate& left, const Certificate& right)
    {
        return left.parsed_ == right.parsed_ || left.der() == right.der();
    }

  private:
    struct Parsed;

    explicit Certificate(std::shared_ptr<const Parsed> parsed) : parsed_{std::move(parsed)} {}

    [[nodiscard]] Bytes alternative_names() const;
    std::shared_ptr<const Parsed> parsed_;
};

/// RFC 3339, UTC: "2026-11-20T21:00:00Z".
[[nodiscard]] std::string rfc3339(Time time);

} // namespace mtls::x509
