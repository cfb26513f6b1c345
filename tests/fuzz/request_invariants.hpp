#pragma once

#include "probe/wire/certificate_request.hpp"

namespace mtls::fuzz {

/// Parses `body` and checks what must hold for every body: nothing is lost, nothing is invented, and what is wrong is
/// said.
void check_request(wire::ProtocolVersion version, wire::Bytes body);

} // namespace mtls::fuzz
