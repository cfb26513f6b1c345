#include "tests/fuzz/request_invariants.hpp"

#include <algorithm>

#include "tests/fuzz/invariant.hpp"
#include "tests/unit/wire/support/serialise.hpp"

namespace mtls::fuzz {
namespace {

bool lies_at(const std::vector<std::uint8_t>& bytes, std::size_t offset, wire::Bytes body)
{
    if (offset > body.size() || bytes.size() > body.size() - offset) {
        return false;
    }
    const wire::Bytes there = body.subspan(offset, bytes.size());
    return std::equal(there.begin(), there.end(), bytes.begin());
}

/// Entries are where they say, one behind the other, and fill the list if its framing holds.
void check_authorities(const wire::CertificateRequest& request, wire::Bytes body)
{
    if (!request.certificate_authorities) {
        invariant(request.certificate_authorities_bytes == 0, "an absent list has no bytes");
        return;
    }
    const auto& entries = *request.certificate_authorities;
    std::size_t bytes = 0;
    for (const wire::DistinguishedName& entry : entries) {
        invariant(entry.offset == entries.front().offset + bytes, "entries follow each other");
        invariant(lies_at(entry.der, entry.offset + 2, body), "an entry is where it says");
        invariant(!entry.der.empty() || entry.error, "an empty entry has an error");
        invariant(!entry.error || request.error, "an entry's error is the message's, or a later one");
        bytes += 2 + entry.der.size();
    }
    invariant(bytes <= request.certificate_authorities_bytes, "no more names than the list has bytes");
    invariant(request.framing_broken || bytes == request.certificate_authorities_bytes, "a whole list is read whole");
}

void check_extensions(const wire::CertificateRequest& request, wire::Bytes body)
{
    std::size_t end = 0;
    for (const wire::Extension& extension : request.extensions) {
        invariant(end == 0 || extension.offset == end, "extensions follow each other");
        invariant(lies_at(extension.data, extension.offset + 4, body), "an extension is where it says");
        end = extension.offset + 4 + extension.data.size();
    }
    invariant(request.framing_broken || request.extensions.empty() || end == body.size(), "all extensions are kept");
}

bool has(const wire::CertificateRequest& request, wire::ExtensionType type)
{
    return std::any_of(request.extensions.begin(), request.extensions.end(),
                       [type](const wire::Extension& extension) { return extension.type == type; });
}

/// A known extension is there if and only if it has a meaning.
void check_meanings(const wire::CertificateRequest& request)
{
    using enum wire::ExtensionType;
    invariant(has(request, signature_algorithms) == request.signature_algorithms.has_value(), "signature_algorithms");
    invariant(has(request, signature_algorithms_cert) == request.signature_algorithms_cert.has_value(),
              "signature_algorithms_cert");
    invariant(has(request, certificate_authorities) == request.certificate_authorities.has_value(),
              "certificate_authorities");
    invariant(has(request, oid_filters) == request.oid_filters.has_value(), "oid_filters");
}

} // namespace

void check_request(wire::ProtocolVersion version, wire::Bytes body)
{
    const wire::CertificateRequest request = wire::parse_certificate_request(version, body);

    invariant(request.version == version, "the version is the one asked for");
    invariant(request.error || !request.framing_broken, "broken framing is an error");
    invariant(!request.error || request.error->offset <= body.size(), "an error lies in the body");
    invariant(!request.error || !request.error->field.empty(), "an error names its field");
    check_authorities(request, body);
    check_extensions(request, body);
    if (version == wire::ProtocolVersion::tls13) {
        check_meanings(request);
    }
    if (!request.error) {
        const std::vector<std::uint8_t> again = wire::test::serialise(request);
        invariant(std::equal(again.begin(), again.end(), body.begin(), body.end()), "what parses is kept whole");
    }
    invariant(wire::parse_certificate_request(version, body) == request, "the same bytes mean the same");
}

} // namespace mtls::fuzz
