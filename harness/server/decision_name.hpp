#pragma once

#include <string>

#include "harness/server/site.hpp"

namespace mtls::server {

/// An answer as its server's log would call it: "200", "403.7" (IIS), "403 native error code 0x109" (self-hosted).
[[nodiscard]] std::string decision_name(scenario::Personality personality, HttpHost host, const Verdict& verdict);

} // namespace mtls::server
