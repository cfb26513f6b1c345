#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "probe/wire/parse_error.hpp"

namespace mtls::capture {

using wire::Bytes;

/// Of each direction of a connection this much is kept, from its start: far more than any handshake.
inline constexpr std::size_t longest_stream = std::size_t{1} << 20U;

/// What one side sent, as far as it is known without a gap.
struct Assembled {
    std::vector<std::uint8_t> bytes;
    std::size_t lost = 0; ///< bytes that were sent after these, but not captured; 0 if none are known to be missing
};

/// One direction of a TCP connection, put together by sequence numbers: RFC 9293 §3.4. Segments may come in any order,
/// twice, and overlapping: the first that brought a byte counts. What lies beyond longest_stream is left out.
class Stream {
  public:
    /// A SYN: the stream begins behind it.
    void begin(std::uint32_t sequence_number);

    /// `cut_off` bytes after `payload` were sent, but not captured.
    void add(std::uint32_t sequence_number, Bytes payload, std::size_t cut_off);

    /// A FIN at `sequence_number`: the stream ends before it.
    void end(std::uint32_t sequence_number);

    /// Both ends are known and nothing is missing between them.
    [[nodiscard]] bool complete() const;

    /// Bytes of memory, roughly.
    [[nodiscard]] std::size_t held() const { return held_ + pieces_.size() * 128; }

    [[nodiscard]] Assembled assemble() const;

  private:
    [[nodiscard]] std::int64_t position(std::uint32_t sequence_number);
    void fill(std::int64_t at, Bytes payload);

    std::optional<std::uint32_t> anchor_; ///< the sequence number at position 0
    std::optional<std::int64_t> begin_;
    std::optional<std::int64_t> end_;
    std::int64_t furthest_ = 0;                                ///< the position behind everything that was sent
    std::map<std::int64_t, std::vector<std::uint8_t>> pieces_; ///< that do not overlap
    std::size_t held_ = 0;
};

} // namespace mtls::capture
