// The first byte says in pieces of how many bytes the rest arrives: what a server says to our ClientHello.
#include "probe/hello/dialogue.hpp"

#include <algorithm>

#include "tests/fuzz/invariant.hpp"
#include "tests/unit/hello/support/recorder.hpp"

using namespace mtls;
using hello::Dialogue;
using wire::ProtocolVersion;

namespace {

struct Outcome {
    explicit Outcome(hello::Workbench& bench, wire::Bytes bytes, std::size_t piece)
    {
        Dialogue dialogue{
            {"fuzz.test", {ProtocolVersion::tls10, ProtocolVersion::tls12, ProtocolVersion::tls13}, {}}, bench, heard};
        while (!bytes.empty()) {
            const auto part = bytes.first(std::min(piece, bytes.size()));
            bytes = bytes.subspan(part.size());
            dialogue.feed(part);
        }
        state = dialogue.state();
        failure = dialogue.failure();
        const auto rest = dialogue.incomplete();
        incomplete.assign(rest.begin(), rest.end());
    }

    test::Recorder heard;
    Dialogue::State state{};
    std::string failure;
    std::vector<std::uint8_t> incomplete;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static hello::Workbench bench;
    if (size == 0 || size > 1024UL * 1024) { // beyond, the dialogue gives up at once
        return 0;
    }
    const wire::Bytes bytes{data + 1, size - 1};
    const Outcome whole{bench, bytes, size};
    const Outcome pieces{bench, bytes, std::max<std::size_t>(data[0], 1)};

    fuzz::invariant(whole.state == pieces.state, "pieces end as the whole does");
    fuzz::invariant(whole.failure == pieces.failure, "for the same reason");
    fuzz::invariant(whole.heard.messages == pieces.heard.messages, "the same messages are heard");
    fuzz::invariant(whole.heard.alerts == pieces.heard.alerts, "the same alerts are heard");
    fuzz::invariant(whole.state != Dialogue::State::asking || whole.incomplete == pieces.incomplete,
                    "the same part of a message is left");
    fuzz::invariant((whole.state == Dialogue::State::broken) == !whole.failure.empty(), "what is broken has a reason");
    for (const auto& message : whole.heard.messages) {
        fuzz::invariant(message.size() >= 4 &&
                            wire::parse_handshake_header(wire::Bytes{message}.first<4>()).length + 4 == message.size(),
                        "a message is as long as its header says");
    }
    return 0;
}
