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
    element.offset = offset_;
    element.content_offset = offset_ + header;
    element.whole = rest_.first(size);
    element.content = element.whole.subspan(header);
    rest_ = rest_.subspan(size);
    offset_ += size;
    return element;
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
