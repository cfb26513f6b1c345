#include "harness/raw/certificate_message.hpp"

namespace mtls::raw {

Buffer certificate_body(CertificateForm form, const std::vector<x509::Certificate>& chain)
{
    const bool tls13 = form == CertificateForm::tls13;
    Buffer list;
    for (const auto& certificate : chain) {
        append(list, vector(3, certificate.der()));
        append(list, number(tls13 ? 2 : 0, 0)); // extensions
    }
    return joined({number(tls13 ? 1 : 0, 0), vector(3, list)});
}

std::vector<x509::Certificate> certificates_of(CertificateForm form, Bytes body)
{
    const bool tls13 = form == CertificateForm::tls13;
    Cursor in{body};
    if (tls13) {
        (void)in.vector(1); // certificate_request_context
    }
    std::vector<x509::Certificate> result;
    for (Cursor list = in.vector(3); !list.empty();) {
        if (auto certificate = x509::Certificate::parse(list.vector(3).rest())) {
            result.push_back(std::move(*certificate));
        }
        if (tls13) {
            (void)list.vector(2);
        }
    }
    return result;
}

} // namespace mtls::raw
