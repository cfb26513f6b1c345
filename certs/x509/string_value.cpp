#include "certs/x509/string_value.hpp"

#include <algorithm>
#include <cctype>

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include "certs/x509/unicode.hpp"

namespace mtls::x509 {

namespace {

std::string_view chars(Bytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string at_byte(std::size_t offset)
{
    return " at byte " + std::to_string(offset);
}

std::string type_name(const Element& element)
{
    if (element.tag_class == V_ASN1_UNIVERSAL && element.tag > 0 && element.tag <= V_ASN1_BMPSTRING) {
        const std::string name = ASN1_tag2str(element.tag);
        return name == "UTF8STRING"        ? "UTF8String"
               : name == "PRINTABLESTRING" ? "PrintableString"
               : name == "T61STRING"       ? "T61String"
               : name == "IA5STRING"       ? "IA5String"
               : name == "VISIBLESTRING"   ? "VisibleString"
               : name == "NUMERICSTRING"   ? "NumericString"
               : name == "UNIVERSALSTRING" ? "UniversalString"
               : name == "BMPSTRING"       ? "BMPString"
                                           : name;
    }
    return "tag " + std::to_string(element.tag);
}

StringValue read_utf8(const Element& element)
{
    const std::string_view text = chars(element.content);
    if (const auto bad = invalid_utf8(text)) {
        return {std::nullopt, "UTF8String with invalid UTF-8" + at_byte(element.content_offset + *bad)};
    }
    return {std::string{text}, std::nullopt};
}

enum class HighBytes { usual, odd };

StringValue read_latin1(const Element& element, HighBytes high)
{
    StringValue result{std::string{}, std::nullopt};
    for (std::size_t i = 0; i < element.content.size(); ++i) {
        const std::uint8_t byte = element.content[i];
        append_utf8(*result.utf8, byte);
        if (byte > 0x7f && high == HighBytes::odd && !result.error) {
            result.error = type_name(element) + " with a byte above 7f" + at_byte(element.content_offset + i);
        }
    }
    return result;
}

/// Big-endian units of `width` bytes; two surrogates in a row are one character.
StringValue read_units(const Element& element, std::size_t width)
{
    const Bytes content = element.content;
    if (content.size() % width != 0) {
        return {std::nullopt,
                type_name(element) + " of " + std::to_string(content.size()) + " bytes" + at_byte(element.offset)};
    }
    const auto unit = [&](std::size_t offset) {
        char32_t value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            value = value << 8U | content[offset + i];
        }
        return value;
    };
    std::string text;
    for (std::size_t offset = 0; offset < content.size(); offset += width) {
        char32_t value = unit(offset);
        const bool pair = width == 2 && (value & 0xfc00U) == 0xd800U && offset + 4 <= content.size() &&
                          (unit(offset + 2) & 0xfc00U) == 0xdc00U;
        if (pair) {
            value = 0x10000U + ((value & 0x3ffU) << 10U) + (unit(offset + 2) & 0x3ffU);
        } else if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
            return {std::nullopt,
                    type_name(element) + " with an invalid character" + at_byte(element.content_offset + offset)};
        }
        append_utf8(text, value);
        offset += pair ? width : 0;
    }
    return {std::move(text), std::nullopt};
}

/// Empty if a character is above `last`.
std::optional<Der> as_single_bytes(std::string_view utf8, char32_t last)
{
    Der bytes;
    for (std::size_t offset = 0; offset < utf8.size();) {
        const auto character = decode_utf8(utf8, offset);
        if (!character || character->value > last) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<std::uint8_t>(character->value));
        offset += character->size;
    }
    return bytes;
}

Der as_utf16(std::string_view utf8)
{
    Der bytes;
    const auto put = [&](char32_t unit) {
        bytes.push_back(static_cast<std::uint8_t>(unit >> 8U));
        bytes.push_back(static_cast<std::uint8_t>(unit & 0xffU));
    };
    for (std::size_t offset = 0; offset < utf8.size();) {
        const CodePoint character = decode_utf8(utf8, offset).value_or(CodePoint{0xfffd, 1});
        if (character.value < 0x10000) {
            put(character.value);
        } else {
            put(0xd7c0U + (character.value >> 10U));
            put(0xdc00U + (character.value & 0x3ffU));
        }
        offset += character.size;
    }
    return bytes;
}

bool is_printable_string(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c < 0x80 && std::isalnum(c) != 0) ||
               std::string_view{" '()+,-./:=?"}.find(static_cast<char>(c)) != std::string_view::npos;
    });
}

Der usual_string(std::string_view utf8, Bytes attribute)
{
    const auto is = [&](int nid) {
        const ASN1_OBJECT* const object = OBJ_nid2obj(nid);
        return std::ranges::equal(attribute, Bytes{OBJ_get0_data(object), OBJ_length(object)});
    };
    if ((is(NID_countryName) || is(NID_serialNumber) || is(NID_dnQualifier)) && is_printable_string(utf8)) {
        return encode(V_ASN1_PRINTABLESTRING, bytes_of(utf8));
    }
    if ((is(NID_domainComponent) || is(NID_pkcs9_emailAddress)) && as_single_bytes(utf8, 0x7f)) {
        return encode(V_ASN1_IA5STRING, bytes_of(utf8));
    }
    return encode(V_ASN1_UTF8STRING, bytes_of(utf8));
}

} // namespace

StringValue read_string(const Element& element)
{
    if (element.tag_class == V_ASN1_UNIVERSAL && !element.constructed) {
        switch (element.tag) {
        case V_ASN1_UTF8STRING:
            return read_utf8(element);
        case V_ASN1_T61STRING:
            return read_latin1(element, HighBytes::usual);
        case V_ASN1_PRINTABLESTRING:
        case V_ASN1_IA5STRING:
        case V_ASN1_VISIBLESTRING:
        case V_ASN1_NUMERICSTRING:
            return read_latin1(element, HighBytes::odd);
        case V_ASN1_BMPSTRING:
            return read_units(element, 2);
        case V_ASN1_UNIVERSALSTRING:
            return read_units(element, 4);
        default:
            break;
        }
    }
    return {std::nullopt, type_name(element) + " instead of a string" + at_byte(element.offset)};
}

std::string escaped_value(std::string_view utf8)
{
    constexpr std::string_view special = "\"+,;<>\\";
    std::string text;
    text.reserve(utf8.size());
    for (std::size_t offset = 0; offset < utf8.size();) {
        const CodePoint character = decode_utf8(utf8, offset).value_or(CodePoint{0, 1});
        const std::string_view bytes = utf8.substr(offset, character.size);
        const bool first = offset == 0;
        offset += bytes.size();
        const bool last = offset == utf8.size();
        if (!is_printable(character.value)) {
            append_escaped(text, bytes);
            continue;
        }
        const bool at_the_edge = (bytes == " " && (first || last)) || (bytes == "#" && first);
        if (at_the_edge || special.find(bytes.front()) != std::string_view::npos) {
            text += '\\';
        }
        text += bytes;
    }
    return text;
}

std::optional<Der> encode_string(std::string_view utf8, StringType type, Bytes attribute)
{
    switch (type) {
    case StringType::usual:
        return usual_string(utf8, attribute);
    case StringType::printable:
        return is_printable_string(utf8) ? std::optional{encode(V_ASN1_PRINTABLESTRING, bytes_of(utf8))} : std::nullopt;
    case StringType::bmp:
        return encode(V_ASN1_BMPSTRING, as_utf16(utf8));
    case StringType::t61:
        if (const auto bytes = as_single_bytes(utf8, 0xff)) {
            return encode(V_ASN1_T61STRING, *bytes);
        }
        return std::nullopt;
    case StringType::ia5:
        if (const auto bytes = as_single_bytes(utf8, 0x7f)) {
            return encode(V_ASN1_IA5STRING, *bytes);
        }
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace mtls::x509
