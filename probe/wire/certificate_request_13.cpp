#include "probe/wire/certificate_request_13.hpp"

#include <bitset>
#include <string>
#include <utility>

#include "probe/wire/certificate_authorities.hpp"
#include "probe/wire/extension.hpp"
#include "probe/wire/reader.hpp"

namespace mtls::wire {
namespace {

constexpr Field context{"certificate_request_context", 0, 0xff};
constexpr Field extensions{"extensions", 2, 0xffff};

// The one vector inside an extension bears the extension's name here: an error that says `authorities` or
// `supported_signature_algorithms` would not tell in which extension it is.

/// RFC 8446 §4.2.3, and the same in signature_algorithms_cert.
///     struct {
///         SignatureScheme supported_signature_algorithms<2..2^16-2>;
///     } SignatureSchemeList;
constexpr Field signature_algorithms{"signature_algorithms", 2, 0xfffe};
constexpr Field signature_algorithms_cert{"signature_algorithms_cert", 2, 0xfffe};

/// RFC 8446 §4.2.4.
///     struct {
///         DistinguishedName authorities<3..2^16-1>;
///     } CertificateAuthoritiesExtension;
constexpr Field certificate_authorities{"certificate_authorities", 3, 0xffff};

/// RFC 8446 §4.2.5.
///     struct {
///         opaque certificate_extension_oid<1..2^8-1>;
///         opaque certificate_extension_values<0..2^16-1>;
///     } OIDFilter;
///     struct {
///         OIDFilter filters<0..2^16-1>;
///     } OIDFilterExtension;
constexpr Field oid_filters{"oid_filters", 0, 0xffff};
constexpr Field filter_oid{"certificate_extension_oid", 1, 0xff};
constexpr Field filter_values{"certificate_extension_values", 0, 0xffff};

bool read_oid_filters(Reader& in, std::vector<OidFilter>& filters)
{
    std::optional<Reader> list;
    bool whole = in.vector(oid_filters, list);
    while (list && !list->empty()) {
        OidFilter filter;
        const bool complete = list->opaque(filter_oid, filter.certificate_extension_oid) &&
                              list->opaque(filter_values, filter.certificate_extension_values);
        if (complete || !filter.certificate_extension_oid.empty()) {
            filters.push_back(std::move(filter));
        }
        whole = whole && complete;
    }
    if (list) {
        in.note(list->error());
    }
    return whole;
}

/// An extension without any data is a list without items: too short, but it hides nothing.
bool no_data(Reader& in, const Field& field)
{
    if (!in.empty()) {
        return false;
    }
    in.note(ParseError{Reason::too_short, field.name, in.offset()});
    return true;
}

bool read_schemes(Reader& in, const Field& field, std::optional<std::vector<SignatureScheme>>& schemes)
{
    schemes.emplace(); // an extension that is there is not null
    return no_data(in, field) || (in.list(field, schemes) && in.finish(field.name));
}

bool read_data(ExtensionType type, Reader& in, CertificateRequest& request)
{
    switch (type) {
    case ExtensionType::signature_algorithms:
        return read_schemes(in, signature_algorithms, request.signature_algorithms);
    case ExtensionType::signature_algorithms_cert:
        return read_schemes(in, signature_algorithms_cert, request.signature_algorithms_cert);
    case ExtensionType::certificate_authorities:
        request.certificate_authorities.emplace();
        return no_data(in, certificate_authorities) ||
               (read_certificate_authorities(in, certificate_authorities, request) &&
                in.finish(certificate_authorities.name));
    case ExtensionType::oid_filters:
        request.oid_filters.emplace();
        return no_data(in, oid_filters) || (read_oid_filters(in, *request.oid_filters) && in.finish(oid_filters.name));
    default:
        return true;
    }
}

/// False: the framing of certificate_authorities is broken. That of another extension is an error, but hides nothing.
bool read_meaning(const Extension& extension, Reader& in, CertificateRequest& request)
{
    Reader data{extension.data, data_offset(extension)};
    const bool whole = read_data(extension.type, data, request);
    in.note(data.error());
    return whole || extension.type != ExtensionType::certificate_authorities;
}

/// RFC 8446 §4.2: "There MUST NOT be more than one extension of the same type in a given extension block."
bool read_extensions(Reader& in, CertificateRequest& request)
{
    std::bitset<0x10000> seen;
    bool whole = true;
    while (!in.empty()) {
        std::optional<Extension> extension;
        whole = read_extension(in, extension) && whole;
        if (!extension) {
            break;
        }
        const auto code = static_cast<std::uint16_t>(extension->type);
        if (seen.test(code)) {
            in.note(ParseError{Reason::duplicate, name(extension->type), extension->offset});
        } else {
            whole = read_meaning(*extension, in, request) && whole;
        }
        seen.set(code);
        request.extensions.push_back(std::move(*extension));
    }
    return whole;
}

} // namespace

CertificateRequest parse_certificate_request_13(Bytes body)
{
    CertificateRequest request;
    request.version = ProtocolVersion::tls13;
    Reader in{body};
    bool whole = in.opaque(context, request.certificate_request_context);
    const std::size_t start = in.offset();
    std::optional<Reader> block;
    whole = whole && in.vector(extensions, block);
    if (block) {
        whole = read_extensions(*block, request) && whole;
        in.note(block->error());
    }
    whole = whole && in.finish("CertificateRequest");
    // RFC 8446 §4.3.2: "The "signature_algorithms" extension MUST be specified".
    if (!request.signature_algorithms) {
        in.note(ParseError{Reason::missing, signature_algorithms.name, start});
    }
    request.error = in.error();
    request.framing_broken = !whole;
    return request;
}

} // namespace mtls::wire
