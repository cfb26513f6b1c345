#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probe/wire/parse_error.hpp"

namespace mtls::explain {

/// What a key log knows of the server's direction of one TLS 1.3 connection: RFC 8446 §7.1.
struct ServerSecrets {
    std::vector<std::uint8_t> handshake;   ///< server_handshake_traffic_secret
    std::vector<std::uint8_t> application; ///< server_application_traffic_secret_0
};

using ClientRandom = std::array<std::uint8_t, 32>;

/// A key log by the client randoms of its connections: the format of SSLKEYLOGFILE, RFC 9850. Lines that it does not
/// need are passed over.
class SessionSecrets {
  public:
    SessionSecrets() = default;

    /// Null if no line of `file` is one of a key log.
    [[nodiscard]] static std::optional<SessionSecrets> parse(std::span<const std::uint8_t> file);

    [[nodiscard]] bool empty() const { return secrets_.empty(); }

    /// Null if the log does not know the connection.
    [[nodiscard]] const ServerSecrets* find(const ClientRandom& random) const;

  private:
    std::map<ClientRandom, ServerSecrets> secrets_;
};

/// The handshake messages of a TLS 1.3 server in a stream of records that begins with its ServerHello, in the clear and
/// not, as far as the secrets open them. Null if they open nothing. Throws ossl::Error.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> decrypted_handshake(wire::Bytes stream,
                                                                           const ServerSecrets& secrets);

} // namespace mtls::explain
