#pragma once

#include "harness/schannel/chains.hpp"
#include "harness/schannel/machine.hpp"

namespace mtls::schannel {

/// What the lists say of a whole chain.
enum class RevocationStatus {
    good,
    revoked,
    unknown, ///< the check could not be made, which refuses as well
};

/// What the revocation lists say of a chain. A root is not checked. An issuer whose list is missing, signed by another
/// key or past its next update makes the check impossible; what such an old list names is revoked all the same. A
/// machine that was given no lists at all checks nothing.
[[nodiscard]] RevocationStatus revocation_status(const Revocation& revocation, const Chain& chain, x509::Time now);

} // namespace mtls::schannel
