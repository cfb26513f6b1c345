#pragma once

#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/raw/request_body.hpp"
#include "harness/raw/signature.hpp"
#include "harness/scenario/scenario.hpp"

namespace mtls::raw {

/// What one listener of a raw server says, its names and keys looked up.
struct Script {
    scenario::Raw raw;
    std::vector<scenario::TlsVersion> versions; ///< ascending
    RequestFields request;
    scenario::Breakdown breakdown;       ///< the listener's, else `stall` of [raw]
    const pki::Issued* server = nullptr; ///< borrowed from the hierarchy
    SignatureKind signature = SignatureKind::ecdsa;
};

/// How a connection of this version is to go wrong: `endless` of [raw] has its place in each.
[[nodiscard]] scenario::Breakdown breakdown_in(const Script& script, scenario::TlsVersion version);

/// Throws ConfigError for a certificate that is not there, or whose key cannot sign here.
[[nodiscard]] Script make_script(const scenario::Raw& raw, const scenario::Listener& listener,
                                 const pki::Hierarchy& hierarchy);

} // namespace mtls::raw
