#pragma once

#include <chrono>
#include <cstdint>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "harness/raw/script.hpp"
#include "harness/server/events.hpp"

namespace mtls::server {

/// What every connection to one listener of a raw server shares.
struct RawContext {
    const scenario::Listener& listener;
    raw::Script script;
    const Events& events;
    std::chrono::seconds patience;
};

/// Says what the script says to one client, and tells `events` what the client did.
[[nodiscard]] boost::asio::awaitable<void> serve_raw(boost::asio::ip::tcp::socket socket, std::uint64_t number,
                                                     const RawContext& context);

} // namespace mtls::server
