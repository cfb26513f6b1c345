#include "probe/wire/alert.hpp"

#include "probe/wire/reader.hpp"

namespace mtls::wire {

std::optional<Alert> parse_alert(Bytes body)
{
    Reader in{body};
    Alert alert;
    if (!in.number("level", alert.level) || !in.number("description", alert.description) || !in.finish("Alert")) {
        return std::nullopt;
    }
    return alert;
}

bool is_fatal(const Alert& alert, ProtocolVersion version)
{
    if (version >= ProtocolVersion::tls13) {
        return alert.description != AlertDescription::close_notify &&
               alert.description != AlertDescription::user_canceled;
    }
    return alert.level == AlertLevel::fatal;
}

} // namespace mtls::wire
