#include "probe/wire/certificate.hpp"

#include <algorithm>

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

namespace {

void length_24(std::vector<std::uint8_t>& out, std::size_t length)
{
    for (const unsigned shift : {16U, 8U, 0U}) {
        out.push_back(static_cast<std::uint8_t>(length >> shift));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const wire::Bytes body{data, size};
    const auto message = wire::parse_certificate(wire::ProtocolVersion::tls12, body);

    std::vector<std::uint8_t> list;
    for (const auto& certificate : message.certificates) {
        fuzz::invariant(!certificate.empty(), "a certificate has bytes");
        length_24(list, certificate.size());
        list.insert(list.end(), certificate.begin(), certificate.end());
    }
    std::vector<std::uint8_t> again;
    length_24(again, list.size());
    again.insert(again.end(), list.begin(), list.end());
    fuzz::invariant(message.certificates.empty() || again.size() <= size, "no more certificates than bytes");
    fuzz::invariant(message.error.has_value() != std::equal(again.begin(), again.end(), body.begin(), body.end()),
                    "it parses if and only if it is what its certificates make");
    return 0;
}
