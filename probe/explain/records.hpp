#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/wire/parse_error.hpp"
#include "probe/wire/record.hpp"
#include "probe/wire/registries.hpp"

/// TLS records and handshake messages in bytes that somebody recorded. Nothing throws; whatever is cut is given as far
/// as it goes.
namespace mtls::explain {

/// One record, borrowed.
struct Record {
    wire::RecordHeader header;
    wire::Bytes whole{};    ///< header included, as much as is there
    wire::Bytes fragment{}; ///< behind the header
};

/// The record whose header is at `at`; null if none can be.
[[nodiscard]] std::optional<Record> record_at(wire::Bytes bytes, std::size_t at);

/// The records of one direction up to the first that is (or may be) encrypted. Alerts that only warn are passed over.
struct ClearRecords {
    std::vector<std::uint8_t> handshake;            ///< what the handshake records hold
    std::optional<std::vector<std::uint8_t>> alert; ///< the content of the alert that stopped them
    enum class End {
        bytes,              ///< there are no more records
        change_cipher_spec, ///< what follows is encrypted, up to TLS 1.2
        application_data,   ///< an encrypted record of TLS 1.3
        alert,
    } end = End::bytes;
    std::size_t after = 0; ///< where the bytes begin that were not read
};

[[nodiscard]] ClearRecords clear_records(wire::Bytes bytes, std::size_t at);

/// A handshake message; its body is borrowed.
struct HandshakeMessage {
    wire::HandshakeType type{};
    wire::Bytes body{};
    bool whole = true; ///< false: the bytes end inside it
};

/// The messages that follow one another; `whole` if nothing is left over.
struct HandshakeMessages {
    std::vector<HandshakeMessage> list;
    bool whole = true;
    std::size_t left_over = 0; ///< bytes behind the last whole message, its cut successor's among them
};

[[nodiscard]] HandshakeMessages messages_of(wire::Bytes bytes);

/// RFC 8446 §4.2.1: TLS 1.3 says so in supported_versions, and 1.2 in legacy_version. Null if there is no version.
[[nodiscard]] std::optional<wire::ProtocolVersion> version_of_server_hello(wire::Bytes body);

/// RFC 6066 §3: the host name in a ClientHello, as it was sent. Null if it names none.
[[nodiscard]] std::optional<std::string> server_name_of_client_hello(wire::Bytes body);

} // namespace mtls::explain
