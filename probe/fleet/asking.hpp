#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "probe/fleet/manner.hpp"
#include "probe/handshake/question.hpp"
#include "probe/net/target.hpp"

/// What a run's options mean for a connection to one target.
namespace mtls::fleet {

/// The port that is asked: the target's, or the usual one of --starttls.
[[nodiscard]] std::uint16_t port_of(const Manner& manner, const net::Target& target);

/// The name in the ClientHello; null: none.
[[nodiscard]] std::optional<std::string> server_name(const Manner& manner, const net::Target& target);

/// What is requested over HTTP; null: nothing.
[[nodiscard]] std::optional<std::string> requested_path(const Manner& manner, const net::Target& target);

/// One connection, straight to the variant's address and without a certificate, that takes no longer than `budget`.
[[nodiscard]] handshake::Question question_about(const Manner& manner, const net::Target& target,
                                                 const observation::Variant& variant, std::chrono::milliseconds budget);

} // namespace mtls::fleet
