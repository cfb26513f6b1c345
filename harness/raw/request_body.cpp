#include "harness/raw/request_body.hpp"

#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

using scenario::Malformation;
using scenario::TlsVersion;

constexpr std::uint8_t stray = 0x2a;

/// certificate_authorities<0..2^16-1> with its length, each of the wrong lengths where it is wished for.
Buffer authorities_of(const RequestFields& fields)
{
    Buffer list;
    if (fields.authorities) {
        for (std::size_t i = 0; i < fields.authorities->size(); ++i) {
            const Buffer& entry = (*fields.authorities)[i];
            const bool last = i + 1 == fields.authorities->size();
            const bool too_long = last && fields.malformation == Malformation::entry_too_long;
            append(list, number(2, entry.size() + (too_long ? 1 : 0)));
            append(list, entry);
        }
    }
    if (fields.malformation == Malformation::trailing_bytes_in_list) {
        list.push_back(stray);
    }
    const bool too_long = fields.malformation == Malformation::list_too_long;
    return joined({number(2, list.size() + (too_long ? 1 : 0)), list});
}

Buffer extension_of(std::uint16_t type, Bytes data)
{
    return joined({number(2, type), vector(2, data)});
}

Buffer body_12(const RequestFields& fields, TlsVersion version)
{
    Buffer body = vector(1, fields.certificate_types);
    if (version == TlsVersion::tls12 && fields.malformation != Malformation::missing_algorithms) {
        append(body, vector(2, fields.signature_algorithms));
    }
    append(body, authorities_of(fields));
    return body;
}

Buffer body_13(const RequestFields& fields)
{
    Buffer extensions;
    if (fields.malformation != Malformation::missing_algorithms) {
        append(extensions, extension_of(extension::signature_algorithms, vector(2, fields.signature_algorithms)));
    }
    if (fields.authorities) {
        const Buffer one = extension_of(extension::certificate_authorities, authorities_of(fields));
        append(extensions, one);
        if (fields.malformation == Malformation::duplicate_extension) {
            append(extensions, one);
        }
    }
    if (fields.malformation == Malformation::context_too_long) {
        constexpr std::size_t longest = 0xff; // beyond the end of a short message only
        return joined({number(1, longest), fields.context, vector(2, extensions)});
    }
    return joined({vector(1, fields.context), vector(2, extensions)});
}

} // namespace

Buffer request_body(const RequestFields& fields, TlsVersion version)
{
    if (fields.body) {
        return *fields.body;
    }
    Buffer body = version == TlsVersion::tls13 ? body_13(fields) : body_12(fields, version);
    if (fields.malformation == Malformation::trailing_bytes_after) {
        body.push_back(stray);
    }
    return body;
}

} // namespace mtls::raw
