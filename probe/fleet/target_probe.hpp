#pragma once

#include "probe/fleet/inputs.hpp"
#include "probe/fleet/manner.hpp"
#include "probe/handshake/client_context.hpp"
#include "probe/report/report.hpp"

namespace mtls::fleet {

/// The port that is asked: the target's, or the usual one of --starttls.
[[nodiscard]] std::uint16_t port_of(const Manner& manner, const net::Target& target);

/// Asks one target from beginning to end, and judges. Takes no longer than about manner.timeout. Safe to call from
/// several threads with the same context.
[[nodiscard]] report::Report probe_target(const Manner& manner, const Inputs& inputs,
                                          const handshake::ClientContext& context, const net::Target& target);

} // namespace mtls::fleet
