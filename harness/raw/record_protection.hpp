#pragma once

#include <cstdint>
#include <optional>

#include "harness/raw/bytes.hpp"
#include "harness/raw/record_layer.hpp"

namespace mtls::raw {

/// RFC 8446 §5.2 with AES-128-GCM: one direction under one traffic secret.
class RecordProtection {
  public:
    explicit RecordProtection(Bytes traffic_secret);

    /// A whole record, header included.
    [[nodiscard]] Buffer seal(std::uint8_t type, Bytes content);

    /// What is in the content of an application_data record; null if it was not sealed with our keys.
    [[nodiscard]] std::optional<Record> open(Bytes encrypted);

  private:
    [[nodiscard]] Buffer next_nonce();

    Buffer key_;
    Buffer iv_;
    std::uint64_t sequence_ = 0;
};

} // namespace mtls::raw
