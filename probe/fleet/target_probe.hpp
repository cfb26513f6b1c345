#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "certs/x509/system_trust.hpp"
#include "probe/fleet/inputs.hpp"
#include "probe/fleet/manner.hpp"
#include "probe/handshake/client_context.hpp"
#include "probe/handshake/list_asker.hpp"
#include "probe/net/resolve.hpp"
#include "probe/report/report.hpp"

namespace mtls::fleet {

/// What the probes of one event loop have in common. All of it outlives them.
struct Means {
    const handshake::ClientContext& context;
    handshake::ListAsker& lists;
    net::Resolver& resolver;
    const Inputs& inputs;
    std::function<void(const std::string&)> note;   ///< a sentence for the user that belongs in no report
    std::shared_ptr<const x509::SystemTrust> trust; ///< to judge servers by (Manner::verify_server); null: they are not
};

/// Asks one target from beginning to end, and judges: at most `connections` at the same time, no longer than about
/// manner.timeout. `means` outlives the coroutine. Throws for what is wrong on our side.
[[nodiscard]] boost::asio::awaitable<std::unique_ptr<report::Report>>
probe_target(const Means& means, std::shared_ptr<const Manner> manner, net::Target target, std::size_t connections);

} // namespace mtls::fleet
