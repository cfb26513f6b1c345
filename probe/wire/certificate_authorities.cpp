#include "probe/wire/certificate_authorities.hpp"

#include <utility>

namespace mtls::wire {
namespace {

constexpr Field distinguished_name{"DistinguishedName", 1, 0xffff};

} // namespace

bool read_certificate_authorities(Reader& in, const Field& field, CertificateRequest& request)
{
    std::optional<Reader> names;
    bool whole = in.vector(field, names);
    if (!names) {
        return false;
    }
    request.certificate_authorities_bytes = names->rest().size();
    auto& authorities = request.certificate_authorities.emplace();
    while (!names->empty()) {
        Reader one{names->rest(), names->offset()}; // whose error is this entry's own
        DistinguishedName entry;
        entry.offset = one.offset();
        const bool complete = one.opaque(distinguished_name, entry.der);
        entry.error = one.error();
        in.note(one.error());
        if (complete || !entry.der.empty()) {
            authorities.push_back(std::move(entry));
        }
        whole = whole && complete;
        names.emplace(one.rest(), one.offset());
    }
    return whole;
}

} // namespace mtls::wire
