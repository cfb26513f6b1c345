#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "probe/wire/certificate_request.hpp"
#include "probe/wire/cipher_suite.hpp"
#include "probe/wire/named_group.hpp"
#include "probe/wire/parse_error.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::wire {

/// RFC 8446 §4.1.3; RFC 5246 §7.4.1.3 is the same on the wire, where `extensions` may be missing altogether.
///     struct {
///         ProtocolVersion legacy_version = 0x0303;    /* TLS v1.2 */
///         Random random;
///         opaque legacy_session_id_echo<0..32>;
///         CipherSuite cipher_suite;
///         uint8 legacy_compression_method = 0;
///         Extension extensions<6..2^16-1>;
///     } ServerHello;
struct ServerHello {
    ProtocolVersion legacy_version{};
    std::array<std::uint8_t, 32> random{};
    std::vector<std::uint8_t> legacy_session_id_echo;
    CipherSuite cipher_suite{};
    std::uint8_t legacy_compression_method = 0;
    std::vector<Extension> extensions;

    ProtocolVersion version{};       ///< that of supported_versions (RFC 8446 §4.2.1) or, without it, legacy_version
    std::optional<NamedGroup> group; ///< of key_share; in a HelloRetryRequest the selected_group
    std::vector<std::uint8_t> key_exchange; ///< of key_share; empty in a HelloRetryRequest
    std::vector<std::uint8_t> cookie;       ///< RFC 8446 §4.2.2, with its length field, as it is to be sent back

    std::optional<ParseError> error; ///< the first thing wrong; null if it parses

    /// RFC 8446 §4.1.3: the random of a ServerHello that is a HelloRetryRequest.
    [[nodiscard]] bool is_hello_retry_request() const;
};

[[nodiscard]] ServerHello parse_server_hello(Bytes body);

/// RFC 7301 §3.1: the one protocol of an application_layer_protocol_negotiation extension; null if there is none.
[[nodiscard]] std::optional<std::string> selected_protocol(const std::vector<Extension>& extensions);

/// RFC 8446 §4.3.1.
///     struct {
///         Extension extensions<0..2^16-1>;
///     } EncryptedExtensions;
/// Those before a break in the framing.
[[nodiscard]] std::vector<Extension> parse_encrypted_extensions(Bytes body);

/// The curve of a ServerKeyExchange of ECDHE: RFC 8422 §5.4, `named_curve (3)` and its NamedCurve. Null if these bytes
/// say something else, as with any other key exchange.
[[nodiscard]] std::optional<NamedGroup> named_curve_of(Bytes server_key_exchange);

} // namespace mtls::wire
