#include "probe/wire/parse_error.hpp"

namespace mtls::wire {

const char* to_string(Reason reason)
{
    switch (reason) {
    case Reason::truncated:
        return "truncated";
    case Reason::too_short:
        return "too_short";
    case Reason::too_long:
        return "too_long";
    case Reason::odd_length:
        return "odd_length";
    case Reason::trailing_bytes:
        return "trailing_bytes";
    case Reason::duplicate:
        return "duplicate";
    case Reason::bad_value:
        return "bad_value";
    case Reason::missing:
        return "missing";
    }
    return "unknown";
}

} // namespace mtls::wire
