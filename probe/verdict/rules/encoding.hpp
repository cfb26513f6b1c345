#pragma once

#include <string>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// The name of the candidate's chain that the list names: its subject at depth 0, its issuer at 1, that one's at 2.
/// Null if nothing matched.
[[nodiscard]] const x509::Name* name_at_depth(const CandidateFacts& candidate);

/// The string types of a name's values in DER order: "PrintableString, UTF8String". "" if it is not a Name.
[[nodiscard]] std::string string_types(const x509::Name& name);

/// How `advertised` and `own` differ, for a person: by string type if that is it, otherwise by spelling.
[[nodiscard]] std::string difference(const x509::Name& advertised, const x509::Name* own, const char* owner);

} // namespace mtls::verdict::rules
