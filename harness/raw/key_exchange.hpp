#pragma once

#include "certs/ossl/handles.hpp"
#include "harness/raw/bytes.hpp"

namespace mtls::raw {

/// Our half of a Diffie-Hellman exchange over X25519 (RFC 7748 §6.1), made when it is constructed.
class KeyExchange {
  public:
    KeyExchange();

    [[nodiscard]] const Buffer& share() const { return share_; }

    /// Empty if the peer's share is none (another size, or a point of low order).
    [[nodiscard]] Buffer secret_with(Bytes peer_share) const;

  private:
    ossl::EvpPkeyPtr key_;
    Buffer share_;
};

} // namespace mtls::raw
