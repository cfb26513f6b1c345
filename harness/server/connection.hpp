#pragma once

#include <chrono>
#include <cstdint>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "harness/server/events.hpp"
#include "harness/server/sites.hpp"

namespace mtls::server {

/// What every connection to one listener shares.
struct ListenerContext {
    const scenario::Listener& listener;
    scenario::Personality personality;
    const Sites& sites;
    SSL_CTX* base;
    const Events& events;
    std::chrono::seconds patience;
};

/// Serves one connection to its end and tells `events` about it.
[[nodiscard]] boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, std::uint64_t number,
                                                 const ListenerContext& context);

} // namespace mtls::server
