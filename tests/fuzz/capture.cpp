#include "probe/explain/decode.hpp"

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    explain::CaptureDecoder decoder{std::nullopt};
    std::size_t bytes = 0;
    const auto summary = capture::read_capture(std::span{data, size}, [&](const capture::Conversation& conversation) {
        bytes += conversation.from_opener.bytes.size() + conversation.from_other.bytes.size();
        decoder.take(conversation);
    });
    const auto decoding = decoder.finish(summary);

    fuzz::invariant(bytes <= size, "no stream holds more than the file");
    fuzz::invariant(summary.tcp_packets + summary.fragments <= summary.packets, "every packet is counted once");
    for (const auto& request : decoding.requests) {
        fuzz::invariant(request.connection && *request.connection <= decoding.connections.size(),
                        "every request has a connection");
    }
    return 0;
}
