#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "probe/wire/named_group.hpp"
#include "probe/wire/parse_error.hpp"

namespace mtls::hello {

/// Whether we can make a key in this group: the elliptic curves and finite fields of RFC 8446 §4.2.7.
[[nodiscard]] bool can_share(wire::NamedGroup group);

/// Our half of a TLS 1.3 key exchange.
class KeyShare {
  public:
    /// `group` must be one that can_share(). Throws ossl::Error.
    explicit KeyShare(wire::NamedGroup group);

    [[nodiscard]] wire::NamedGroup group() const { return group_; }

    /// As it stands in a KeyShareEntry: RFC 8446 §4.2.8.1, §4.2.8.2.
    [[nodiscard]] const std::vector<std::uint8_t>& public_key() const { return public_key_; }

    /// The shared secret with the server's public key; null if that is none of this group.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> agree(wire::Bytes server_key) const;

  private:
    wire::NamedGroup group_{};
    ossl::EvpPkeyPtr key_;
    ossl::EvpPkeyCtxPtr derivation_;
    std::vector<std::uint8_t> public_key_;
};

} // namespace mtls::hello
