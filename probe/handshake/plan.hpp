#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/observation/observation.hpp"

/// Which connections to make. Pure.
namespace mtls::handshake {

/// --variants: in how many ways a target is asked.
enum class Breadth {
    normal_only,  ///< what a normal client does: one connection to each address, all versions offered
    side_by_side, ///< with and without SNI, TLS 1.3 alone and all below, each address
    every,        ///< with and without SNI, each version alone, each address
};

/// From what the variants of a target are made.
struct Plan {
    std::vector<std::string> addresses; ///< numeric
    std::uint16_t port = 443;
    std::optional<std::string> sni; ///< the name of a normal client; null: none (an IP target, or --no-sni)
    std::vector<wire::ProtocolVersion> versions; ///< to try; empty: all that the library speaks
    Breadth breadth = Breadth::side_by_side;
    unsigned repeat = 1; ///< how often each is asked
};

/// The variants, the normal client's first.
[[nodiscard]] std::vector<observation::Variant> plan_variants(const Plan& plan);

/// What to ask a server again that fails when it is offered TLS 1.2: old servers that do not know how to choose a lower
/// version than the one offered. One variant for each of TLS 1.1 and 1.0, for those variants in `seen` that broke off
/// before a ServerHello although something listens, if no variant got an answer.
[[nodiscard]] std::vector<observation::Variant> plan_fallback(const std::vector<observation::Observation>& seen);

} // namespace mtls::handshake
