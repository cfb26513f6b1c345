#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/types.h>

namespace mtls::x509 {

using Bytes = std::span<const std::uint8_t>;
using Der = std::vector<std::uint8_t>;

/// How two names compare.
enum class NameMatch {
    different,
    equivalent, ///< equal by the rules of RFC 5280 §7.1, but not byte for byte
    identical,  ///< the same DER
};

/// A distinguished name as somebody sent it: the bytes are kept, whatever they are, and nothing here throws because of
/// them. A value; cheap to copy.
class Name {
  public:
    /// The empty name, `30 00`.
    Name();

    /// Any bytes. What cannot be decoded is kept, printed as `#hex` and explained by error().
    explicit Name(Der der);

    /// The same of bytes that others may have sent before: every server of a fleet lists the same CAs, so each thread
    /// remembers the names that it decoded last.
    [[nodiscard]] static Name remembered(Bytes der);

    /// Reads one RFC 4514 string, e.g. `CN=Example CA,O=Example,C=DE` (most specific first). Attribute types by short
    /// name or dotted OID, values escaped by RFC 4514 §2.4 or `#hex`. Values become UTF8String, but where RFC 5280
    /// wants another type (C, serialNumber, dnQualifier: PrintableString; DC, emailAddress: IA5String) and it can carry
    /// the value, that one. Throws ConfigError (x509/config_error.hpp).
    [[nodiscard]] static Name from_rfc4514(std::string_view text);

    [[nodiscard]] const Der& der() const;

    /// RFC 4514, most specific RDN first, safe on a terminal: every control, bidi, zero-width and otherwise
    /// non-printable character is escaped as `\xx` of its UTF-8 bytes. "" for the empty name. Attribute values whose
    /// string type or bytes cannot be decoded are `#hex` of their DER; a whole name that is not one DER Name is `#hex`.
    [[nodiscard]] std::string text() const;

    /// Whether the bytes are exactly one DER Name (framing only: an odd value inside is still a name).
    [[nodiscard]] bool is_name() const;

    /// Null if every value decodes; otherwise what is wrong and at which byte of der(), in a few words.
    [[nodiscard]] const std::optional<std::string>& error() const;

    [[nodiscard]] bool empty() const; ///< the empty name `30 00`

    /// Lower-case hex SHA-256 of der().
    [[nodiscard]] std::string sha256() const;

    /// Values of one attribute type, in order, as UTF-8 *unescaped* text (short name: "O", "CN"...). Undecodable ones
    /// are left out. For judgement, not for printing.
    [[nodiscard]] std::vector<std::string> values(std::string_view attribute) const;

    /// The same RDNs in the opposite order; itself if is_name() is false. For those who write `C=DE,O=Example,CN=CA`
    /// where RFC 4514 wants the most specific RDN first.
    [[nodiscard]] Name reversed() const;

    /// Names that compare() finds equal share this number, whatever their string types, case, blanks or the order
    /// inside a multi-valued RDN. Different names may share it too: it only chooses what is compared.
    [[nodiscard]] std::size_t likeness() const;

    /// RFC 5280 §7.1. A name that OpenSSL cannot canonicalise is only ever identical or different.
    [[nodiscard]] static NameMatch compare(const Name& left, const Name& right);

    friend bool operator==(const Name& left, const Name& right) { return left.der() == right.der(); }

  private:
    struct Parsed;

    explicit Name(std::shared_ptr<const Parsed> parsed) : parsed_{std::move(parsed)} {}

    std::shared_ptr<const Parsed> parsed_;
};

/// Lower-case hex, without separators.
[[nodiscard]] std::string hex(Bytes bytes);

/// SHA-256 as lower-case hex.
[[nodiscard]] std::string sha256(Bytes bytes);

/// Text from a stranger made safe for a terminal and for one line: every control, bidi, zero-width and otherwise
/// non-printable character, and every byte that is not UTF-8, becomes `\xx`. Backslash itself becomes `\5C`.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace mtls::x509
