#pragma once

#include <string>
#include <string_view>

#include "certs/x509/name.hpp"

/// Hex in tests: spaces are free.
namespace mtls::test {

[[nodiscard]] inline x509::Der from_hex(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (c != ' ') {
            digits += c;
        }
    }
    x509::Der bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

/// One DER element, encoded by this test and not by the code under test.
[[nodiscard]] inline x509::Der tlv(std::uint8_t tag, const x509::Der& content)
{
    x509::Der der{tag};
    const std::size_t size = content.size();
    if (size >= 0x10000) {
        der.insert(der.end(), {0x83, static_cast<std::uint8_t>(size >> 16U)});
    } else if (size >= 0x100) {
        der.push_back(0x82);
    } else if (size >= 0x80) {
        der.push_back(0x81);
    }
    if (size >= 0x100) {
        der.push_back(static_cast<std::uint8_t>((size >> 8U) & 0xffU));
    }
    der.push_back(static_cast<std::uint8_t>(size & 0xffU));
    der.insert(der.end(), content.begin(), content.end());
    return der;
}

[[nodiscard]] inline x509::Der bytes(std::string_view text)
{
    return {text.begin(), text.end()};
}

/// SET { SEQUENCE { 2.5.4.x, value } }
[[nodiscard]] inline x509::Der rdn(std::uint8_t attribute, const x509::Der& value)
{
    x509::Der content{0x06, 0x03, 0x55, 0x04, attribute};
    content.insert(content.end(), value.begin(), value.end());
    return tlv(0x31, tlv(0x30, content));
}

/// A name with one common name of this string type.
[[nodiscard]] inline x509::Name common_name(std::uint8_t tag, const x509::Der& value)
{
    return x509::Name{tlv(0x30, rdn(3, tlv(tag, value)))};
}

} // namespace mtls::test
