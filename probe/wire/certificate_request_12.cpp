#include "probe/wire/certificate_request_12.hpp"

#include "probe/wire/certificate_authorities.hpp"
#include "probe/wire/reader.hpp"

namespace mtls::wire {
namespace {

constexpr Field certificate_types{"certificate_types", 1, 0xff};
constexpr Field signature_algorithms{"supported_signature_algorithms", 2, 0xfffe};
constexpr Field certificate_authorities{"certificate_authorities", 0, 0xffff};

} // namespace

CertificateRequest parse_certificate_request_12(Bytes body)
{
    CertificateRequest request;
    request.version = ProtocolVersion::tls12;
    Reader in{body};
    const bool whole = in.list(certificate_types, request.certificate_types) &&
                       in.list(signature_algorithms, request.signature_algorithms) &&
                       read_certificate_authorities(in, certificate_authorities, request) &&
                       in.finish("CertificateRequest");
    request.error = in.error();
    request.framing_broken = !whole;
    return request;
}

} // namespace mtls::wire
