#pragma once

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// Whether a list names an issuer of a candidate, or something that is expected.
[[nodiscard]] bool serves(const Facts& facts, const std::vector<x509::Name>& names);

/// A variant that shows the list as it should be; null if there is none.
[[nodiscard]] const observation::Observation* variant_with_the_right_list(const Facts& facts);

/// Whether another variant names what is expected, or an issuer of a candidate, while the one that a normal client gets
/// names nothing of the kind.
[[nodiscard]] bool right_list_is_elsewhere(const Facts& facts);

/// Whether something is missing in the list of a normal client, and all that is missing there is named in the list of
/// another variant: of expected CAs, and of the issuers of candidates.
[[nodiscard]] bool missing_is_named_elsewhere(const Facts& facts);

/// Whether the list ends where SChannel cuts lists off (16,384 or 12,288 bytes, whole names): the next name would not
/// have fitted. Null, or the limit.
[[nodiscard]] std::optional<std::size_t> limit_reached(const Facts& facts);

} // namespace mtls::verdict::rules
