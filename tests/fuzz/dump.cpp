// The first byte forces a layout or none; the rest is a file for `decode` that is no capture.
#include "probe/explain/dump.hpp"
#include "probe/explain/decode.hpp"

#include <array>

#include "tests/fuzz/invariant.hpp"

using namespace mtls;
using wire::ProtocolVersion;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    constexpr std::array<std::optional<ProtocolVersion>, 4> layouts{std::nullopt, ProtocolVersion::tls10,
                                                                    ProtocolVersion::tls12, ProtocolVersion::tls13};
    const auto forced = layouts[data[0] % layouts.size()];
    const std::span file{data + 1, size - 1};

    const auto dump = explain::read_dump(file);
    fuzz::invariant(dump.blocks.empty() == !dump.problem.empty(), "without bytes there is a reason");
    std::size_t bytes = 0;
    for (const auto& block : dump.blocks) {
        bytes += block.size();
    }
    fuzz::invariant(bytes <= file.size(), "text is no shorter than what it stands for");

    const auto decoding = explain::decode(file, forced);
    fuzz::invariant(!decoding.requests.empty() || decoding.unread || !decoding.problem.empty(),
                    "without a request there is a reason");
    for (const auto& request : decoding.requests) {
        fuzz::invariant(!request.connection, "only a capture has connections");
        fuzz::invariant(!forced || request.layout == explain::DecodedRequest::Layout::forced, "a layout can be forced");
    }
    return 0;
}
