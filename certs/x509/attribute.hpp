#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "certs/x509/der.hpp"

namespace mtls::x509 {

/// One AttributeTypeAndValue (RFC 5280 §4.1.2.4), decoded as far as it can be.
struct Attribute {
    std::size_t rdn = 0;              ///< which RelativeDistinguishedName it is in, from the DER's start
    int nid = 0;                      ///< OpenSSL's number of the type; 0 if it knows none
    std::string type;                 ///< short name, or the dotted OID
    std::optional<std::string> value; ///< UTF-8, unescaped; null if it is not text
    std::string shown;                ///< `type=value` of RFC 4514, safe to print
    std::optional<std::string> error; ///< what is odd, and at which byte
};

/// Null if `type` is not an object identifier that can be written down.
[[nodiscard]] std::optional<Attribute> read_attribute(const Element& type, const Element& value);

/// The attribute type called so: a short or long name of OpenSSL, one of those in use elsewhere (`E`, `S`, `STREET`;
/// any case), or a dotted OID with or without `OID.` in front. The content bytes of its OBJECT IDENTIFIER; null if
/// unknown.
[[nodiscard]] std::optional<Der> attribute_oid(std::string_view name);

} // namespace mtls::x509
