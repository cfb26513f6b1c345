#pragma once

#include "harness/schannel/chains.hpp"

namespace mtls::schannel {

/// Whether each issuer of a chain may sign certificates, and no more of them stand below it than its path length
/// allows (RFC 5280 §4.2.1.3, §4.2.1.9).
[[nodiscard]] bool issuers_may_issue(const Chain& chain);

/// Whether the extended key usage of each issuer, where there is one, leaves client authentication to what it issues.
[[nodiscard]] bool issuers_allow_client_authentication(const Chain& chain);

} // namespace mtls::schannel
