#pragma once

#include <span>
#include <vector>

#include "probe/explain/page.hpp"

namespace mtls::explain {

/// A finding's page as data: `steps` are its own; `about_the_list` adds where each server takes the names from.
struct FindingEntry {
    const char* id = "";
    const char* severity = ""; ///< the usual one first, then any other and when; what was wished for is always info
    const char* meaning = "";
    const char* detection = "";
    std::vector<Step> steps;
    bool about_the_list = false;
};

[[nodiscard]] const std::vector<FindingEntry>& list_findings();        ///< about the names that are sent
[[nodiscard]] const std::vector<FindingEntry>& request_findings();     ///< about asking: when, whom, at all
[[nodiscard]] const std::vector<FindingEntry>& certificate_findings(); ///< about the candidate itself
[[nodiscard]] const std::vector<FindingEntry>& refusal_findings();     ///< about what became of it

} // namespace mtls::explain
