#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "probe/wire/registries.hpp"

namespace mtls::wire {

/// RFC 8446 §5.1; an open enum.
enum class ContentType : std::uint8_t {
    invalid = 0,
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
};

/// RFC 8446 §5.1, what stands before each fragment.
///     struct {
///         ContentType type;
///         ProtocolVersion legacy_record_version;
///         uint16 length;
///         opaque fragment[TLSPlaintext.length];
///     } TLSPlaintext;
struct RecordHeader {
    ContentType type{};
    ProtocolVersion version{};
    std::uint16_t length = 0;

    static constexpr std::size_t size = 5;
};

[[nodiscard]] RecordHeader parse_record_header(std::span<const std::uint8_t, RecordHeader::size> bytes);

/// Whether this can stand before a record at all: a content type of 20 to 23, then 3 as the major version. What fails
/// here is no TLS.
[[nodiscard]] bool is_record(const RecordHeader& header);

/// RFC 5246 §6.2.3: the longest fragment of any version; TLS 1.3 allows 2^14 + 256 for a protected one.
constexpr std::size_t longest_fragment = (1U << 14U) + 2048;

/// RFC 8446 §4: msg_type and uint24 length before each handshake message.
struct HandshakeHeader {
    HandshakeType type{};
    std::uint32_t length = 0;

    static constexpr std::size_t size = 4;
};

[[nodiscard]] HandshakeHeader parse_handshake_header(std::span<const std::uint8_t, HandshakeHeader::size> bytes);

} // namespace mtls::wire
