#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "certs/x509/name.hpp"
#include "certs/x509/string_value.hpp"

namespace mtls::x509 {

/// A name read from text, or why the text is none.
struct EncodedName {
    Der der;
    std::optional<std::string> problem; ///< "name 'CN': no '=' after the attribute type at character 3"
};

/// The DER Name that an RFC 4514 string describes, its values in the given string type (`#hex` values as they are).
/// Also takes what RFC 2253 allowed: `;` between RDNs, "quoted" values, spaces around the separators. "" is the empty
/// name.
[[nodiscard]] EncodedName encode_rfc4514(std::string_view text, StringType type = StringType::usual);

} // namespace mtls::x509
