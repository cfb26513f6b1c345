#pragma once

#include <cstdint>
#include <optional>

#include "harness/raw/bytes.hpp"

namespace mtls::raw {

/// RFC 8446 §5.1.
struct Record {
    std::uint8_t type = 0;
    Buffer content;
};

/// One record in the clear, with the version number of its header.
[[nodiscard]] Buffer plain_record(std::uint8_t type, std::uint16_t version, Bytes content);

/// Cuts the bytes of a connection into records.
class RecordReader {
  public:
    void feed(Bytes received) { append(waiting_, received); }

    /// Null if none is complete.
    [[nodiscard]] std::optional<Record> next();

    /// Whether the bytes that wait cannot be a record at all.
    [[nodiscard]] bool astray() const;

  private:
    Buffer waiting_;
};

/// A handshake message (RFC 8446 §4).
struct Message {
    std::uint8_t type = 0;
    Buffer body;
    Buffer whole; ///< with its header
};

/// Joins the contents of handshake records to messages.
class MessageReader {
  public:
    void feed(Bytes content) { append(waiting_, content); }

    /// Null if none is complete.
    [[nodiscard]] std::optional<Message> next();

  private:
    Buffer waiting_;
};

} // namespace mtls::raw
