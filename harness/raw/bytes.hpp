#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

/// Byte strings in the notation of RFC 8446 §3, written and read.
namespace mtls::raw {

using Bytes = std::span<const std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;

/// An integer of `width` bytes in network order.
[[nodiscard]] Buffer number(std::size_t width, std::size_t value);

/// A vector: its length in `width` bytes, then its content.
[[nodiscard]] Buffer vector(std::size_t width, Bytes content);

[[nodiscard]] Buffer joined(std::initializer_list<Bytes> parts);

void append(Buffer& buffer, Bytes bytes);

[[nodiscard]] Bytes bytes_of(std::string_view text);

[[nodiscard]] Buffer random_bytes(std::size_t size);

/// Reads from the front. What is not there reads as zero or as nothing, and is remembered: ask good() at the end.
class Cursor {
  public:
    explicit Cursor(Bytes bytes) : rest_{bytes} {}

    [[nodiscard]] std::size_t number(std::size_t width);
    [[nodiscard]] Bytes take(std::size_t size);

    [[nodiscard]] Cursor vector(std::size_t width) { return Cursor{take(number(width))}; }

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    [[nodiscard]] Bytes rest() const { return rest_; }

    [[nodiscard]] bool good() const { return good_; }

  private:
    Bytes rest_;
    bool good_ = true;
};

} // namespace mtls::raw
