#pragma once

#include "harness/server/accepted_socket.hpp"

namespace mtls::server {

/// What a server was waiting for when a connection ended.
enum class Awaited {
    handshake, ///< its end
    request,   ///< its first byte
    rest,      ///< of a request, or of what goes before its answer
};

/// Why a connection came to no decision, for a person.
[[nodiscard]] const char* end_without_decision(EndedBy who, Awaited what);

} // namespace mtls::server
