#pragma once

#include <string>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// `netsh http update sslcert` with every parameter, since it is unverified that netsh keeps the ones that it is not
/// told. Values come from the binding that --iis-bindings shows, if it does; else from the handshake, or are left to
/// fill in.
[[nodiscard]] std::string update_binding(const Facts& facts, const char* negotiation = "clientcertnegotiation=enable");

/// What the reader has to fill in there; "" if nothing.
[[nodiscard]] std::string fill_in(const Facts& facts);

} // namespace mtls::verdict::rules
