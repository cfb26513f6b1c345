#pragma once

#include <string>
#include <vector>

#include "probe/verdict/finding.hpp"

/// Which finding explains which.
namespace mtls::verdict {

/// Fills Finding::follows_from and lets the summary of each symptom say it: "... (follows from ctl-store-lost)". A
/// symptom names the ends of its chains of causes, so that whatever is named stands for itself. A finding about several
/// candidates is a symptom only if every one of them is explained.
void name_causes(std::vector<Finding>& findings, const Facts& facts);

/// The summary without the words about its causes.
[[nodiscard]] std::string statement(const Finding& finding);

} // namespace mtls::verdict
