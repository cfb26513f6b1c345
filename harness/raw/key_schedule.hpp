#pragma once

#include <string_view>

#include "harness/raw/bytes.hpp"

/// RFC 8446 §7.1 for TLS_AES_128_GCM_SHA256, without a pre-shared key.
namespace mtls::raw {

/// SHA-256.
[[nodiscard]] Buffer hash_of(Bytes bytes);

/// HKDF-Expand-Label(secret, label, context, size).
[[nodiscard]] Buffer expand_label(Bytes secret, std::string_view label, Bytes context, std::size_t size);

/// RFC 8446 §7.1: the secrets of one stage, one for each direction.
struct TrafficSecrets {
    Buffer client;
    Buffer server;
};

/// RFC 8446 §7.1, from the shared secret to the secrets of traffic; SHA-256, no PSK.
class KeySchedule {
  public:
    explicit KeySchedule(Bytes shared_secret);

    /// From the hash of the messages up to ServerHello.
    [[nodiscard]] TrafficSecrets handshake(Bytes transcript_hash) const;

    /// From the hash of the messages up to the server's Finished.
    [[nodiscard]] TrafficSecrets application(Bytes transcript_hash) const;

  private:
    Buffer handshake_secret_;
};

/// RFC 8446 §4.4.4: the body of the Finished of the side that `traffic_secret` belongs to.
[[nodiscard]] Buffer finished_of(Bytes traffic_secret, Bytes transcript_hash);

} // namespace mtls::raw
