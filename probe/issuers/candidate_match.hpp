#pragma once

#include <optional>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::issuers {

/// Whether and where a candidate's chain meets the trusted issuer list.
struct IssuerMatch {
    std::optional<bool> advertised; ///< null when there is no list to compare with (no request, empty, undetermined)
    std::optional<int> depth;       ///< 0 the candidate itself is named, 1 its issuer, 2 that one's issuer...
    std::optional<x509::Name> name; ///< as advertised
    std::optional<x509::NameMatch> encoding; ///< identical wins over equivalent at the same depth
};

/// `above` is what lies over the leaf, nearest first (x509::build_path over the candidate's chain and --issuer-certs).
/// The names compared are: the leaf's subject (depth 0), the leaf's issuer (1), the issuer of above[0] (2)... A list
/// with entries that are not names still counts with those that are. The smallest depth 1 and up wins; depth 0 only if
/// nothing else matches.
[[nodiscard]] IssuerMatch match(const x509::Certificate& leaf, const std::vector<x509::Certificate>& above,
                                const std::optional<std::vector<observation::Authority>>& list);

} // namespace mtls::issuers
