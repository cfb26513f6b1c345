#include "tests/unit/clients/support/requests.hpp"

namespace mtls::test {

namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& to, const Bytes& bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void put16(Bytes& to, std::size_t number)
{
    to.push_back(static_cast<std::uint8_t>(number >> 8U));
    to.push_back(static_cast<std::uint8_t>(number & 0xffU));
}

Bytes vector16(const Bytes& content)
{
    Bytes bytes;
    put16(bytes, content.size());
    put(bytes, content);
    return bytes;
}

Bytes schemes(const std::vector<std::uint16_t>& codes)
{
    Bytes list;
    for (const std::uint16_t code : codes) {
        put16(list, code);
    }
    return vector16(list);
}

Bytes names(const std::vector<x509::Der>& all)
{
    Bytes list;
    for (const x509::Der& name : all) {
        put(list, vector16(name));
    }
    return vector16(list);
}

Bytes extension(std::uint16_t type, const Bytes& data)
{
    Bytes bytes;
    put16(bytes, type);
    put(bytes, vector16(data));
    return bytes;
}

/// RFC 8446 §4.3.2.
Bytes body_13(const Request& request)
{
    Bytes block = extension(13, schemes(request.algorithms.empty() ? usual_algorithms() : request.algorithms));
    if (request.algorithms_cert) {
        put(block, extension(50, schemes(*request.algorithms_cert)));
    }
    if (!request.names.empty() || request.empty_list_extension) {
        put(block, extension(47, names(request.names)));
    }
    if (request.oid_filter) {
        const Bytes usage{0x06, 0x03, 0x55, 0x1d, 0x25};
        const Bytes server{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01};
        Bytes filter{static_cast<std::uint8_t>(usage.size())};
        put(filter, usage);
        put(filter, vector16(server));
        put(block, extension(48, vector16(filter)));
    }
    Bytes body{0};
    put(body, vector16(block));
    return body;
}

/// RFC 5246 §7.4.4, RFC 4346 §7.4.4.
Bytes body_12(const Request& request)
{
    Bytes body{static_cast<std::uint8_t>(request.types.size())};
    put(body, request.types);
    if (request.version == wire::ProtocolVersion::tls12) {
        put(body, schemes(request.algorithms.empty() ? usual_algorithms() : request.algorithms));
    }
    put(body, names(request.names));
    return body;
}

} // namespace

const std::vector<std::uint16_t>& usual_algorithms()
{
    static const std::vector<std::uint16_t> codes{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a,
                                                  0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601};
    return codes;
}

clients::Asked asked_with(const Request& request)
{
    const bool tls13 = request.version == wire::ProtocolVersion::tls13;
    return clients::asked_by(
        wire::parse_certificate_request(request.version, tls13 ? body_13(request) : body_12(request)));
}

} // namespace mtls::test
