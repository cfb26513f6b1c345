#pragma once

#include <cstdint>

/// Numbers of RFC 5246 and RFC 8446, as far as the scripts speak them. Private to the layer.
namespace mtls::raw {

namespace content {
inline constexpr std::uint8_t change_cipher_spec = 20;
inline constexpr std::uint8_t alert = 21;
inline constexpr std::uint8_t handshake = 22;
inline constexpr std::uint8_t application_data = 23;
} // namespace content

namespace message {
inline constexpr std::uint8_t hello_request = 0;
inline constexpr std::uint8_t client_hello = 1;
inline constexpr std::uint8_t server_hello = 2;
inline constexpr std::uint8_t new_session_ticket = 4;
inline constexpr std::uint8_t encrypted_extensions = 8;
inline constexpr std::uint8_t certificate = 11;
inline constexpr std::uint8_t server_key_exchange = 12;
inline constexpr std::uint8_t certificate_request = 13;
inline constexpr std::uint8_t server_hello_done = 14;
inline constexpr std::uint8_t certificate_verify = 15;
inline constexpr std::uint8_t client_key_exchange = 16;
inline constexpr std::uint8_t finished = 20;
inline constexpr std::uint8_t compressed_certificate = 25;
inline constexpr std::uint8_t message_hash = 254;
} // namespace message

namespace extension {
inline constexpr std::uint16_t server_name = 0;
inline constexpr std::uint16_t supported_groups = 10;
inline constexpr std::uint16_t signature_algorithms = 13;
inline constexpr std::uint16_t supported_versions = 43;
inline constexpr std::uint16_t certificate_authorities = 47;
inline constexpr std::uint16_t key_share = 51;
inline constexpr std::uint16_t renegotiation_info = 0xff01;
} // namespace extension

namespace alert {
inline constexpr int unexpected_message = 10;
inline constexpr int handshake_failure = 40;
inline constexpr int decode_error = 50;
inline constexpr int protocol_version = 70;
} // namespace alert

inline constexpr std::uint16_t tls10_number = 0x0301;
inline constexpr std::uint16_t tls12_number = 0x0303;
inline constexpr std::uint16_t tls13_number = 0x0304;
inline constexpr std::uint16_t x25519 = 0x001d;

} // namespace mtls::raw
