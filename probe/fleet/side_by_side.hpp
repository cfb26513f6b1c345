#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "probe/fleet/inputs.hpp"
#include "probe/fleet/manner.hpp"
#include "probe/handshake/client_context.hpp"
#include "probe/net/target.hpp"
#include "probe/report/report.hpp"

namespace mtls::fleet {

/// A few targets whose reports are wanted all at once, in the order given: asked side by side in an event loop of its
/// own, so that the silence of some does not hold up the others. Throws for what is wrong on our side.
[[nodiscard]] std::vector<report::Report> probe_side_by_side(const Manner& manner, const Inputs& inputs,
                                                             const handshake::ClientContext& context,
                                                             const std::vector<net::Target>& targets);

/// A single target. Safe to call from several threads with the same context. Null: `stop` was requested, from whatever
/// thread, before there was a report.
[[nodiscard]] std::optional<report::Report> probe_alone(const Manner& manner, const Inputs& inputs,
                                                        const handshake::ClientContext& context,
                                                        const net::Target& target, const std::stop_token& stop);

} // namespace mtls::fleet
