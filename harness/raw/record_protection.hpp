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

/// RFC 5288 §3: the same for TLS 1.2, where the type stays in the clear and the nonce is half in the record.
class RecordProtection12 {
  public:
    /// 16 bytes of key and 4 of salt, which the RFC calls the implicit part of the nonce.
    RecordProtection12(Bytes key, Bytes salt) : key_{key.begin(), key.end()}, salt_{salt.begin(), salt.end()} {}

    [[nodiscard]] Buffer seal(std::uint8_t type, Bytes content);
    [[nodiscard]] std::optional<Record> open(const Record& sealed);

  private:
    [[nodiscard]] Buffer associated_data(std::uint8_t type, std::size_t size);

    Buffer key_;
    Buffer salt_;
    std::uint64_t sequence_ = 0;
};

} // namespace mtls::raw
