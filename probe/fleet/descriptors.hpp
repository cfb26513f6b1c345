#pragma once

#include <cstddef>

namespace mtls::fleet {

/// How many connections the process may have open at the same time, at most `wanted`: raises the soft limit of file
/// descriptors to what that takes, as far as the hard limit goes. At least 1.
[[nodiscard]] std::size_t room_for_connections(std::size_t wanted);

} // namespace mtls::fleet
