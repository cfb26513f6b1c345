#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "probe/observation/observation.hpp"

namespace mtls::handshake {

/// Hears every handshake message and alert of one connection, both ways, decrypted, *before* the TLS library judges it:
/// a CertificateRequest that the library refuses is still recorded. Writes into the Observation as it goes.
class Tap {
  public:
    /// `seen` must outlive the tap. `began` is what Message::at_ms counts from.
    Tap(observation::Observation& seen, std::chrono::steady_clock::time_point began);

    /// One whole handshake message, header included. `version` is the one negotiated so far.
    void message(observation::Side from, wire::ProtocolVersion version, std::span<const std::uint8_t> bytes);

    /// The start of a message of the server whose rest never came: a CertificateRequest is kept as far as it goes.
    void cut_short(wire::ProtocolVersion version, std::span<const std::uint8_t> bytes);

    /// An alert, as its two bytes.
    void alert(observation::Direction direction, wire::ProtocolVersion version, std::span<const std::uint8_t> bytes);

    /// From here on a CertificateRequest is a late one, and an alert comes after the handshake.
    void handshake_completed();

    /// More messages than any honest connection has: an endless handshake. Nothing is recorded beyond.
    [[nodiscard]] bool flooded() const;

  private:
    void server_message(wire::HandshakeType type, wire::ProtocolVersion version, std::span<const std::uint8_t> body);

    observation::Observation& seen_;
    std::chrono::steady_clock::time_point began_;
    std::optional<wire::HandshakeType> last_of_server_; ///< in the flight under way
    std::size_t heard_ = 0;
};

} // namespace mtls::handshake
