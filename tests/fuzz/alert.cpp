#include "probe/wire/alert.hpp"

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto alert = wire::parse_alert({data, size});

    fuzz::invariant(alert.has_value() == (size == 2), "an alert is two bytes");
    if (alert) {
        fuzz::invariant(static_cast<std::uint8_t>(alert->level) == data[0], "the level is kept");
        fuzz::invariant(static_cast<std::uint8_t>(alert->description) == data[1], "the description is kept");
        fuzz::invariant(!wire::name(alert->description).empty(), "every description has a name");
        fuzz::invariant(wire::is_fatal(*alert, wire::ProtocolVersion::tls12) == (data[0] == 2), "fatal in TLS 1.2");
        fuzz::invariant(wire::is_fatal(*alert, wire::ProtocolVersion::tls13) == (data[1] != 0 && data[1] != 90),
                        "fatal in TLS 1.3");
    }
    return 0;
}
