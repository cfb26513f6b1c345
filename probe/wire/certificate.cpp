#include "probe/wire/certificate.hpp"

#include "probe/wire/extension.hpp"
#include "probe/wire/reader.hpp"

namespace mtls::wire {
namespace {

constexpr Field context{"certificate_request_context", 0, 0xff};
constexpr Field certificate_list{"certificate_list", 0, 0xffffff};
constexpr Field asn1_cert{"ASN.1Cert", 1, 0xffffff};
constexpr Field cert_data{"cert_data", 1, 0xffffff};
constexpr Field extensions{"extensions", 0, 0xffff};

/// One certificate, kept if it is whole and not empty.
bool read_certificate(Reader& in, const Field& field, CertificateMessage& message)
{
    std::vector<std::uint8_t> certificate;
    const bool whole = in.opaque(field, certificate);
    if (whole && !certificate.empty()) {
        message.certificates.push_back(std::move(certificate));
    }
    return whole;
}

/// False: where they end is not known. What is wrong inside them is noted, but hides no certificate.
bool skip_extensions(Reader& in)
{
    std::optional<Reader> block;
    const bool whole = in.vector(extensions, block);
    std::optional<Extension> skipped;
    while (block && !block->empty() && read_extension(*block, skipped)) {
    }
    if (block) {
        in.note(block->error());
    }
    return whole;
}

/// RFC 5246 §7.4.2.
///     opaque ASN.1Cert<1..2^24-1>;
///     struct {
///         ASN.1Cert certificate_list<0..2^24-1>;
///     } Certificate;
CertificateMessage parse_certificate_12(Bytes body)
{
    CertificateMessage message;
    Reader in{body};
    std::optional<Reader> list;
    const bool whole = in.vector(certificate_list, list);
    while (list && !list->empty() && read_certificate(*list, asn1_cert, message)) {
    }
    if (list) {
        in.note(list->error());
    }
    static_cast<void>(whole && in.finish("Certificate"));
    message.error = in.error();
    return message;
}

/// RFC 8446 §4.4.2, for X.509.
///     struct {
///         opaque cert_data<1..2^24-1>;
///         Extension extensions<0..2^16-1>;
///     } CertificateEntry;
///     struct {
///         opaque certificate_request_context<0..2^8-1>;
///         CertificateEntry certificate_list<0..2^24-1>;
///     } Certificate;
CertificateMessage parse_certificate_13(Bytes body)
{
    CertificateMessage message;
    Reader in{body};
    std::vector<std::uint8_t> skipped;
    std::optional<Reader> list;
    const bool whole = in.opaque(context, skipped) && in.vector(certificate_list, list);
    while (list && !list->empty() && read_certificate(*list, cert_data, message) && skip_extensions(*list)) {
    }
    if (list) {
        in.note(list->error());
    }
    static_cast<void>(whole && in.finish("Certificate"));
    message.error = in.error();
    return message;
}

} // namespace

CertificateMessage parse_certificate(ProtocolVersion version, Bytes body)
{
    return version >= ProtocolVersion::tls13 ? parse_certificate_13(body) : parse_certificate_12(body);
}

} // namespace mtls::wire
