#include "probe/wire/certificate_request_10.hpp"

#include "probe/wire/certificate_authorities.hpp"
#include "probe/wire/reader.hpp"

namespace mtls::wire {
namespace {

constexpr Field certificate_types{"certificate_types", 1, 0xff};
constexpr Field certificate_authorities{"certificate_authorities", 0, 0xffff};

} // namespace

CertificateRequest parse_certificate_request_10(ProtocolVersion version, Bytes body)
{
    CertificateRequest request;
    request.version = version;
    Reader in{body};
    const bool whole = in.list(certificate_types, request.certificate_types) &&
                       read_certificate_authorities(in, certificate_authorities, request) &&
                       in.finish("CertificateRequest");
    request.error = in.error();
    request.framing_broken = !whole;
    return request;
}

} // namespace mtls::wire
