#include "harness/raw/bytes.hpp"

#include <openssl/rand.h>

#include "certs/ossl/error.hpp"

namespace mtls::raw {

Buffer number(std::size_t width, std::size_t value)
{
    Buffer bytes(width);
    for (std::size_t i = 0; i < width; ++i) {
        bytes[width - 1 - i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    return bytes;
}

Buffer vector(std::size_t width, Bytes content)
{
    Buffer bytes = number(width, content.size());
    append(bytes, content);
    return bytes;
}

Buffer joined(std::initializer_list<Bytes> parts)
{
    Buffer all;
    for (const Bytes part : parts) {
        append(all, part);
    }
    return all;
}

void append(Buffer& buffer, Bytes bytes)
{
    buffer.insert(buffer.end(), bytes.begin(), bytes.end());
}

Bytes bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Buffer random_bytes(std::size_t size)
{
    Buffer bytes(size);
    ossl::must_succeed(RAND_bytes(bytes.data(), static_cast<int>(size)), "RAND_bytes");
    return bytes;
}

std::size_t Cursor::number(std::size_t width)
{
    std::size_t value = 0;
    for (const std::uint8_t byte : take(width)) {
        value = value << 8U | byte;
    }
    return value;
}

Bytes Cursor::take(std::size_t size)
{
    if (size > rest_.size()) {
        good_ = false;
        rest_ = {};
        return {};
    }
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

} // namespace mtls::raw
