#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/wire/named_group.hpp"
#include "probe/wire/parse_error.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::hello {

using wire::Bytes;

/// What a connection is to offer.
struct Offer {
    std::optional<std::string> sni;              ///< null: no server_name extension
    std::vector<wire::ProtocolVersion> versions; ///< ascending, not empty
    std::vector<std::string> alpn;               ///< names of 1 to 255 bytes; none: no ALPN extension
};

/// The fields of a ClientHello that differ from one to the next.
struct ClientHelloFields {
    std::array<std::uint8_t, 32> random{};
    std::array<std::uint8_t, 32> session_id{}; ///< sent when TLS 1.3 is offered: RFC 8446 §D.4
    wire::NamedGroup group = wire::NamedGroup::x25519;
    Bytes key_exchange{}; ///< our public key in `group`
    Bytes cookie{};       ///< of a HelloRetryRequest, with its length field
};

/// A ClientHello with its handshake header: RFC 8446 §4.1.2, which a server of any version since SSL 3.0 understands.
/// Nothing of what it offers has to be computed with, so it offers everything: RC4, single DES, NULL, export suites and
/// signatures that no library takes any more. The server's answer is read, never trusted.
[[nodiscard]] std::vector<std::uint8_t> write_client_hello(const Offer& offer, const ClientHelloFields& fields);

/// Whether `versions` holds TLS 1.3.
[[nodiscard]] bool offers_tls13(const Offer& offer);

} // namespace mtls::hello
