#include "probe/wire/certificate_request.hpp"

#include "probe/wire/certificate_request_10.hpp"
#include "probe/wire/certificate_request_12.hpp"
#include "probe/wire/certificate_request_13.hpp"

namespace mtls::wire {

CertificateRequest parse_certificate_request(ProtocolVersion version, Bytes body)
{
    if (version >= ProtocolVersion::tls13) {
        return parse_certificate_request_13(body);
    }
    if (version == ProtocolVersion::tls12) {
        return parse_certificate_request_12(body);
    }
    return parse_certificate_request_10(version, body);
}

} // namespace mtls::wire
