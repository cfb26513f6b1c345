#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "probe/wire/registries.hpp"

/// Vectors are text, one message a section; a line that begins with a blank goes on with the line before it.
///
///     # a comment
///     [openssl 1.2 three]
///     command = openssl s_server ...            who made it
///     version = 1.2
///     body = 030102 40...                       hex in groups, blanks and _ are free
///     authorities = 48+25 75+84                 offset of each item's length in the body + bytes of the item; null:
///     absent error = none                              or: reason field offset
///
///     [1.2: a byte after the message]
///     from = openssl 1.2 three                  the body and version of another vector...
///     edit = at 2 replace 1 by ff00, append 00  ... changed, from left to right; also: keep BYTES
///     authorities = 48+25 75+84!too_short       ! and the item's own error
namespace mtls::wire::test {

struct Vector {
    std::string name;
    std::map<std::string, std::string> fields;
    std::vector<std::uint8_t> body;
    ProtocolVersion version{};
};

/// Of tests/data/wire/FILE. Throws std::runtime_error if the file is not as above.
[[nodiscard]] std::vector<Vector> load_vectors(const std::string& file);

/// The same, with `from` naming vectors of `sources`.
[[nodiscard]] std::vector<Vector> load_vectors(const std::string& file, const std::vector<Vector>& sources);

} // namespace mtls::wire::test
