#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "probe/handshake/question.hpp"
#include "probe/net/stream.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::handshake {

/// How the way to a server ended before TLS could begin.
struct Blocked {
    observation::Outcome outcome = observation::Outcome::unreachable;
    std::string detail; ///< one sentence, printable
};

/// Goes from nothing to where the next byte is TLS: TCP connect, proxy, STARTTLS. Null when the way is free.
[[nodiscard]] boost::asio::awaitable<std::optional<Blocked>> approach(net::Stream& stream, const Question& question,
                                                                      net::Deadline connect_until, net::Deadline until);

/// `address:port`, with brackets where IPv6 needs them.
[[nodiscard]] std::string place_of(const std::string& address, std::uint16_t port);

/// What a failed step on the connection means.
[[nodiscard]] observation::Outcome outcome_of(net::IoStatus status);

/// The sentence for a connection that went no further, e.g. `when` "in the handshake" on `place`.
[[nodiscard]] Blocked broken_off(const net::IoResult& result, const std::string& place, const std::string& when);

} // namespace mtls::handshake
