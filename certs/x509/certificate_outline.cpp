#include "certs/x509/certificate_outline.hpp"

#include <algorithm>
#include <array>

#include <openssl/asn1.h>

#include "certs/x509/der.hpp"

namespace mtls::x509 {

namespace {

constexpr std::array<std::uint8_t, 3> subject_alt_name{0x55, 0x1d, 0x11}; // id-ce 17, RFC 5280 §4.2.1.6

std::optional<Element> next(ElementReader& elements, int tag)
{
    auto element = elements.next();
    return element && element->is(tag) ? element : std::nullopt;
}

/// The next element, but one of this context-specific tag is passed over first.
std::optional<Element> after_optional(ElementReader& elements, int context_tag, int tag)
{
    auto element = elements.next();
    if (element && element->tag_class == V_ASN1_CONTEXT_SPECIFIC && element->tag == context_tag) {
        element = elements.next();
    }
    return element && element->is(tag) ? element : std::nullopt;
}

/// extnValue of one Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue } if it is subjectAltName.
std::optional<Bytes> alternative_names_in(const Element& extension)
{
    ElementReader parts{extension};
    const auto type = next(parts, V_ASN1_OBJECT);
    if (!type || !std::ranges::equal(type->content, subject_alt_name)) {
        return std::nullopt;
    }
    auto value = parts.next();
    if (value && value->is(V_ASN1_BOOLEAN)) {
        value = parts.next();
    }
    return value && value->is(V_ASN1_OCTET_STRING) ? std::optional{value->content} : std::nullopt;
}

/// What follows the key: two optional identifiers and [3] extensions.
std::optional<Bytes> find_alternative_names(ElementReader& rest)
{
    constexpr int extensions_tag = 3;
    while (const auto element = rest.next()) {
        if (element->tag_class != V_ASN1_CONTEXT_SPECIFIC || element->tag != extensions_tag) {
            continue;
        }
        ElementReader wrapper{*element};
        const auto list = next(wrapper, V_ASN1_SEQUENCE);
        ElementReader extensions{list ? list->content : Bytes{}};
        while (const auto extension = extensions.next()) {
            if (auto names = alternative_names_in(*extension)) {
                return names;
            }
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<CertificateOutline> outline_certificate(Bytes der)
{
    ElementReader whole{der};
    const auto certificate = next(whole, V_ASN1_SEQUENCE);
    if (!certificate || !whole.empty()) {
        return std::nullopt;
    }
    ElementReader signed_parts{*certificate};
    const auto body = next(signed_parts, V_ASN1_SEQUENCE);
    if (!body || !next(signed_parts, V_ASN1_SEQUENCE) || !next(signed_parts, V_ASN1_BIT_STRING) ||
        !signed_parts.empty()) {
        return std::nullopt;
    }
    ElementReader fields{*body};
    if (!after_optional(fields, 0, V_ASN1_INTEGER) || !next(fields, V_ASN1_SEQUENCE)) {
        return std::nullopt;
    }
    const auto issuer = next(fields, V_ASN1_SEQUENCE);
    const auto validity = next(fields, V_ASN1_SEQUENCE);
    const auto subject = next(fields, V_ASN1_SEQUENCE);
    if (!issuer || !validity || !subject || !next(fields, V_ASN1_SEQUENCE)) {
        return std::nullopt;
    }
    ElementReader times{*validity};
    const auto from = times.next();
    const auto until = times.next();
    if (!from || !until) {
        return std::nullopt;
    }
    return CertificateOutline{issuer->whole, from->whole, until->whole, subject->whole, find_alternative_names(fields)};
}

} // namespace mtls::x509
