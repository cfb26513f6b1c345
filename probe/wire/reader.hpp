#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "probe/wire/parse_error.hpp"

namespace mtls::wire {

/// A variable-length vector, `name<min..max>` in RFC 8446 §3.4. `max` fixes the width of the length before it.
struct Field {
    const char* name;
    std::size_t min;
    std::size_t max;
};

/// Reads a message from front to back: a span, where it lies in the message, and the first thing found wrong.
///
/// A read answers false when the framing is broken: what follows cannot be found. What *is* there is still handed out,
/// and the reader is then empty. A field that breaks a bound, but whose end is known, is noted in error() and answers
/// true: a probe reads on. Nothing throws because of the bytes or reads past the span.
class Reader {
  public:
    Reader() = default;

    /// `offset`: of the first byte, from the start of the message body.
    explicit Reader(Bytes bytes, std::size_t offset = 0) : rest_(bytes), offset_(offset) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    [[nodiscard]] Bytes rest() const { return rest_; }

    [[nodiscard]] std::size_t offset() const { return offset_; } ///< of the next byte, from the start of the body

    [[nodiscard]] const std::optional<ParseError>& error() const { return error_; }

    /// An unsigned integer, or an open enum over one, in network order.
    template <class Number> [[nodiscard]] bool number(const char* field, Number& value);

    /// The content of a vector, as a reader that keeps the message's offsets. Null if not even its length is there.
    [[nodiscard]] bool vector(const Field& field, std::optional<Reader>& content);

    /// The content of a vector of bytes, a copy; as much as is there.
    [[nodiscard]] bool opaque(const Field& field, std::vector<std::uint8_t>& content);

    /// A vector of numbers. Null if not even its length is there. A part of an item at the end is left out, and noted.
    template <class Number> [[nodiscard]] bool list(const Field& field, std::optional<std::vector<Number>>& items);

    /// Nothing may be left of `field`, which this reader reads.
    [[nodiscard]] bool finish(const char* field);

    /// Keeps `error` if it is the first.
    void note(const std::optional<ParseError>& error);

  private:
    [[nodiscard]] bool big_endian(const char* field, std::size_t width, std::uint32_t& value);
    Bytes take(std::size_t count);

    Bytes rest_;
    std::size_t offset_ = 0;
    std::optional<ParseError> error_;
};

template <class Number> bool Reader::number(const char* field, Number& value)
{
    std::uint32_t read = 0;
    if (!big_endian(field, sizeof(Number), read)) {
        return false;
    }
    value = static_cast<Number>(read);
    return true;
}

template <class Number> bool Reader::list(const Field& field, std::optional<std::vector<Number>>& items)
{
    const std::size_t start = offset_;
    std::optional<Reader> content;
    const bool whole = vector(field, content);
    if (!content) {
        return false;
    }
    if (content->rest_.size() % sizeof(Number) != 0) {
        note(ParseError{Reason::odd_length, field.name, start});
    }
    items.emplace().reserve(content->rest_.size() / sizeof(Number));
    for (Number item{}; content->rest_.size() >= sizeof(Number) && content->number(field.name, item);) {
        items->push_back(item);
    }
    return whole;
}

} // namespace mtls::wire
