#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict {

/// The ways of asking in which a candidate is presented, once each: that of a normal client, and under --expect-outcome
/// reject, too, each that got an answer. A door that is shut to a name and TLS 1.3 may be open to an address or TLS
/// 1.2. Empty: nothing answered. `sni` is the name that a normal client would send.
[[nodiscard]] std::vector<observation::Variant>
ways_to_present(const std::vector<observation::Observation>& observations, const std::optional<std::string>& sni,
                ExpectOutcome expected);

/// Where else to present this candidate, whose connections do not tell whether it was taken, though it was sent: below
/// TLS 1.3 a finished handshake tells. Null: they tell, or no other version answers there.
[[nodiscard]] std::optional<observation::Variant>
way_that_may_tell(std::size_t candidate, const std::vector<observation::Observation>& observations,
                  const std::optional<std::string>& sni);

/// Of the connections that presented this candidate the one that counts. Of several made alike (--repeat) that is the
/// worst; of different ways the one that tells. Under reject it is the one that leaves most doubt that the door is
/// shut. Of equals the first. Null if there was none.
[[nodiscard]] std::optional<Attempt> attempt_that_counts(std::size_t candidate,
                                                         const std::vector<observation::Observation>& observations,
                                                         ExpectOutcome expected);

} // namespace mtls::verdict
