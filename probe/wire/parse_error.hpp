#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mtls::wire {

using Bytes = std::span<const std::uint8_t>;

/// Why bytes are not what the specification says.
enum class Reason {
    truncated,      ///< a length points past the end of what contains it
    too_short,      ///< fewer bytes than the field's lower bound
    too_long,       ///< more bytes than the field's upper bound
    odd_length,     ///< a list of fixed-size items whose length is not a multiple of the item
    trailing_bytes, ///< something is left where nothing may be
    duplicate,      ///< an extension twice
    bad_value,      ///< a value that the specification forbids
    missing,        ///< a field or extension that must be there is not
};

/// "truncated", "odd_length"...: the enumerator's own spelling, used in reports.
[[nodiscard]] const char* to_string(Reason reason);

/// Where and why parsing stopped, or what bound a field breaks though its framing holds.
struct ParseError {
    Reason reason = Reason::truncated;
    std::string field; ///< RFC spelling: "certificate_authorities"
    /// Of the field's first byte (its length prefix included), from the start of the message body.
    std::size_t offset = 0;

    friend bool operator==(const ParseError&, const ParseError&) = default;
};

} // namespace mtls::wire
