#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/name.hpp"
#include "harness/schannel/binding.hpp"
#include "harness/schannel/machine.hpp"

namespace mtls::schannel {

/// The trusted issuers: what SChannel names to clients, and what it holds presented chains against.
struct IssuerList {
    std::string store;               ///< where the names come from
    std::vector<x509::Name> names{}; ///< filtered and cut; used for judging even when not sent
    std::size_t left_out = 0;        ///< names cut off by the size limit (event 36885)
    bool only_ca_issued = false;     ///< Trusted Root mixes self-signed and CA-issued, so only the latter are named
    bool sent = false;               ///< false: the CertificateRequest goes out with an empty list
};

/// The Ctl Store Name's store if it holds certificates, else ClientAuthIssuer if not empty, else Trusted Root.
[[nodiscard]] IssuerList issuer_list(const Machine& machine, const Binding& binding);

} // namespace mtls::schannel
