#include "tests/unit/wire/support/serialise.hpp"

#include <type_traits>

namespace mtls::wire::test {
namespace {

using Buffer = std::vector<std::uint8_t>;

void number(Buffer& out, std::size_t value, std::size_t width)
{
    while (width-- > 0) {
        out.push_back(static_cast<std::uint8_t>(value >> 8 * width));
    }
}

void opaque(Buffer& out, const Buffer& content, std::size_t width)
{
    number(out, content.size(), width);
    out.insert(out.end(), content.begin(), content.end());
}

template <class Code> Buffer codes(const std::vector<Code>& items)
{
    Buffer out;
    for (const Code item : items) {
        number(out, static_cast<std::underlying_type_t<Code>>(item), sizeof(Code));
    }
    return out;
}

Buffer list(const Buffer& content)
{
    Buffer out;
    opaque(out, content, 2);
    return out;
}

Buffer names(const std::vector<DistinguishedName>& authorities)
{
    Buffer out;
    for (const DistinguishedName& entry : authorities) {
        opaque(out, entry.der, 2);
    }
    return out;
}

Buffer filters(const std::vector<OidFilter>& items)
{
    Buffer out;
    for (const OidFilter& filter : items) {
        opaque(out, filter.certificate_extension_oid, 1);
        opaque(out, filter.certificate_extension_values, 2);
    }
    return out;
}

/// From the meaning if there is one: it must not lose anything either.
Buffer data(const CertificateRequest& request, const Extension& extension)
{
    switch (extension.type) {
    case ExtensionType::signature_algorithms:
        return list(codes(request.signature_algorithms.value()));
    case ExtensionType::signature_algorithms_cert:
        return list(codes(request.signature_algorithms_cert.value()));
    case ExtensionType::certificate_authorities:
        return list(names(request.certificate_authorities.value()));
    case ExtensionType::oid_filters:
        return list(filters(request.oid_filters.value()));
    default:
        return extension.data;
    }
}

Buffer serialise_13(const CertificateRequest& request)
{
    Buffer out;
    opaque(out, request.certificate_request_context, 1);
    Buffer extensions;
    for (const Extension& extension : request.extensions) {
        number(extensions, static_cast<std::uint16_t>(extension.type), 2);
        opaque(extensions, data(request, extension), 2);
    }
    opaque(out, extensions, 2);
    return out;
}

} // namespace

Buffer serialise(const CertificateRequest& request)
{
    if (request.version >= ProtocolVersion::tls13) {
        return serialise_13(request);
    }
    Buffer out;
    opaque(out, codes(request.certificate_types.value()), 1);
    if (request.version == ProtocolVersion::tls12) {
        opaque(out, codes(request.signature_algorithms.value()), 2);
    }
    opaque(out, names(request.certificate_authorities.value()), 2);
    return out;
}

} // namespace mtls::wire::test
