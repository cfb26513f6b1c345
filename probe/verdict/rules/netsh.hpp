#pragma once

#include <string>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// `netsh http update sslcert` for the binding that a normal client reaches, with every parameter, since it is
/// unverified that netsh keeps the ones that it is not told. Values come from the binding that --iis-bindings shows, if
/// it does; else from the handshake, or are left to fill in.
[[nodiscard]] std::string update_binding(const Facts& facts, const char* negotiation = "clientcertnegotiation=enable");

/// The same for the binding that answered this connection.
[[nodiscard]] std::string update_binding_of(const Facts& facts, const observation::Observation& seen);

/// `certutil` for the store that the binding of a normal client names, if it is known to name one.
[[nodiscard]] std::string add_to_store(const Facts& facts, const char* file);

/// What the reader has to fill in of update_binding(), and of update_binding_of().
[[nodiscard]] std::string fill_in(const Facts& facts);
[[nodiscard]] std::string fill_in_of(const Facts& facts, const observation::Observation& seen);

} // namespace mtls::verdict::rules
