#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "certs/x509/der.hpp"

namespace mtls::x509 {

/// An attribute value as text.
struct StringValue {
    std::optional<std::string> utf8;  ///< null if it is no string, or its bytes do not decode
    std::optional<std::string> error; ///< e.g. "UTF8String with invalid UTF-8 at byte 13"
};

/// Decodes any of ASN.1's string types. T61String is read as Latin-1, as OpenSSL and Windows do; BMPString as UTF-16,
/// as Windows writes it. A byte above 0x7f in an ASCII type is read as Latin-1, with an error beside the text.
[[nodiscard]] StringValue read_string(const Element& element);

/// RFC 4514 §2.4, and whatever a terminal should not see is escaped as `\XX` of its UTF-8 bytes. `utf8` must be UTF-8.
[[nodiscard]] std::string escaped_value(std::string_view utf8);

/// Which ASN.1 type the values of a new name get.
enum class StringType {
    usual, ///< UTF8String, and what RFC 5280 wants: PrintableString for C, serialNumber and dnQualifier, IA5String for
           ///< DC and emailAddress, if the value allows it
    printable, ///< the types from here on: for every value
    bmp,
    t61,
    ia5,
};

/// One DER element; null if the type cannot carry the text. `attribute` is an OBJECT IDENTIFIER's content.
[[nodiscard]] std::optional<Der> encode_string(std::string_view utf8, StringType type, Bytes attribute);

} // namespace mtls::x509
