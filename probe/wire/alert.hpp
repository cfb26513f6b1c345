#pragma once

#include <optional>

#include "probe/wire/parse_error.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::wire {

/// RFC 8446 §6: two bytes.
struct Alert {
    AlertLevel level{};
    AlertDescription description{};
    friend bool operator==(const Alert&, const Alert&) = default;
};

/// Null if it is not two bytes.
[[nodiscard]] std::optional<Alert> parse_alert(Bytes body);

/// Whether this alert ends the connection as a failure. RFC 8446 §6: in TLS 1.3 every alert but close_notify and
/// user_canceled does, whatever its level; before, the fatal ones.
[[nodiscard]] bool is_fatal(const Alert& alert, ProtocolVersion version);

} // namespace mtls::wire
