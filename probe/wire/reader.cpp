#include "probe/wire/reader.hpp"

namespace mtls::wire {
namespace {

/// RFC 8446 §3.4: "The length will be in the form of a number consuming as many bytes as required to hold the vector's
/// specified maximum (ceiling) length."
std::size_t length_width(const Field& field)
{
    if (field.max <= 0xff) {
        return 1;
    }
    return field.max <= 0xffff ? 2 : 3;
}

} // namespace

bool Reader::vector(const Field& field, std::optional<Reader>& content)
{
    const std::size_t start = offset_;
    const std::size_t width = length_width(field);
    std::uint32_t length = 0;
    if (!big_endian(field.name, width, length)) {
        return false;
    }
    if (length > rest_.size()) {
        note(ParseError{Reason::truncated, field.name, start});
        content.emplace(take(rest_.size()), start + width);
        return false;
    }
    if (length < field.min) {
        note(ParseError{Reason::too_short, field.name, start});
    }
    if (length > field.max) {
        note(ParseError{Reason::too_long, field.name, start});
    }
    content.emplace(take(length), start + width);
    return true;
}

bool Reader::opaque(const Field& field, std::vector<std::uint8_t>& content)
{
    std::optional<Reader> bytes;
    const bool whole = vector(field, bytes);
    if (bytes) {
        content.assign(bytes->rest_.begin(), bytes->rest_.end());
    }
    return whole;
}

bool Reader::finish(const char* field)
{
    if (rest_.empty()) {
        return true;
    }
    note(ParseError{Reason::trailing_bytes, field, offset_});
    return false;
}

void Reader::note(const std::optional<ParseError>& error)
{
    if (!error_) {
        error_ = error;
    }
}

bool Reader::big_endian(const char* field, std::size_t width, std::uint32_t& value)
{
    if (rest_.size() < width) {
        note(ParseError{Reason::truncated, field, offset_});
        take(rest_.size());
        return false;
    }
    value = 0;
    for (const std::uint8_t byte : take(width)) {
        value = value << 8U | byte;
    }
    return true;
}

Bytes Reader::take(std::size_t count)
{
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    offset_ += count;
    return taken;
}

} // namespace mtls::wire
