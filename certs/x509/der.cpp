#include "certs/x509/der.hpp"

#include <openssl/asn1.h>

#include "certs/ossl/error.hpp"

namespace mtls::x509 {

bool Element::is(int universal_tag) const
{
    return tag_class == V_ASN1_UNIVERSAL && tag == universal_tag;
}

std::optional<Element> ElementReader::next()
{
    if (rest_.empty()) {
        return std::nullopt;
    }
    if (const auto header = short_header(rest_)) {
        return take(*header);
    }
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = rest_.data();
    long length = 0;
    Element element;
    const int result =
        ASN1_get_object(&cursor, &length, &element.tag, &element.tag_class, static_cast<long>(rest_.size()));
    constexpr unsigned failed = 0x80U;
    constexpr unsigned indefinite = 0x01U;
    if ((static_cast<unsigned>(result) & (failed | indefinite)) != 0) {
        return std::nullopt;
    }
    const auto header = static_cast<std::size_t>(cursor - rest_.data());
    const auto size = header + static_cast<std::size_t>(length);
    if (static_cast<std::size_t>(ASN1_object_size(0, static_cast<int>(length), element.tag)) != size) {
        return std::nullopt; // ASN1_object_size counts the shortest header
    }
    element.constructed = (static_cast<unsigned>(result) & V_ASN1_CONSTRUCTED) != 0;
    return take({element.tag, element.tag_class, element.constructed, header, size});
}

Element ElementReader::take(const Header& header)
{
    Element element;
    element.tag = header.tag;
    element.tag_class = header.tag_class;
    element.constructed = header.constructed;
    element.offset = offset_;
    element.content_offset = offset_ + header.size;
    element.whole = rest_.first(header.whole);
    element.content = element.whole.subspan(header.size);
    rest_ = rest_.subspan(header.whole);
    offset_ += header.whole;
    return element;
}

/// What nearly every element is, without a call into OpenSSL: a low tag number and fewer than 64 KiB (X.690 §8.1,
/// §10.1).
std::optional<ElementReader::Header> ElementReader::short_header(Bytes bytes)
{
    if (bytes.size() < 2 || (bytes[0] & 0x1fU) == 0x1fU || (bytes[0] & 0x3fU) == 0) {
        return std::nullopt;
    }
    std::size_t header = 2;
    std::size_t length = bytes[1];
    if (length == 0x81 && bytes.size() > 2 && bytes[2] >= 0x80) {
        header = 3;
        length = bytes[2];
    } else if (length == 0x82 && bytes.size() > 3 && bytes[2] != 0) {
        header = 4;
        length = static_cast<std::size_t>(bytes[2] << 8U | bytes[3]);
    } else if (length >= 0x80) {
        return std::nullopt;
    }
    if (length > bytes.size() - header) {
        return std::nullopt;
    }
    return Header{bytes[0] & 0x1f, bytes[0] & 0xc0, (bytes[0] & 0x20U) != 0, header, header + length};
}

Der encode(int tag, Bytes content)
{
    const bool constructed = tag == V_ASN1_SEQUENCE || tag == V_ASN1_SET;
    const int length = static_cast<int>(content.size());
    Der der(static_cast<std::size_t>(ASN1_object_size(0, length, tag)) - content.size());
    unsigned char* cursor = der.data();
    ASN1_put_object(&cursor, constructed ? 1 : 0, length, tag, V_ASN1_UNIVERSAL);
    der.insert(der.end(), content.begin(), content.end());
    return der;
}

} // namespace mtls::x509
