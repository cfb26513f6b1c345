#include "probe/wire/certificate.hpp"

#include <algorithm>

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const wire::Bytes body{data, size};
    const auto message = wire::parse_certificate(wire::ProtocolVersion::tls13, body);

    fuzz::invariant(message.error || size >= 4, "a context and a list have four bytes or more");
    const std::uint8_t* from = data;
    for (const auto& certificate : message.certificates) {
        const auto* const found = std::search(from, data + size, certificate.begin(), certificate.end());
        fuzz::invariant(!certificate.empty() && found != data + size, "certificates are in the body, in order");
        from = found + certificate.size();
    }
    if (!message.error) {
        std::vector<std::uint8_t> longer{body.begin(), body.end()};
        longer.push_back(0);
        const auto again = wire::parse_certificate(wire::ProtocolVersion::tls13, longer);
        fuzz::invariant(again.error == wire::ParseError{wire::Reason::trailing_bytes, "Certificate", size},
                        "a byte more is a trailing byte");
        fuzz::invariant(again.certificates == message.certificates, "a trailing byte hides nothing");
        fuzz::invariant(wire::parse_certificate(wire::ProtocolVersion::tls13, body.first(size - 1)).error.has_value(),
                        "a byte less is an error");
    }
    return 0;
}
