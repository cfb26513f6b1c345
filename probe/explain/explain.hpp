#pragma once

#include <string>
#include <vector>

#include "probe/explain/page.hpp"

namespace mtls::explain {

/// One code among what was asked, and everything that it may mean.
struct Answer {
    std::string asked;       ///< as it was written
    std::vector<Page> pages; ///< none: it is not known
};

/// Reads what somebody typed or pasted, one string an argument:
///   - single words, each a code: 403.16, 48, 0x800B0109, unknown_ca, ctl-store-lost;
///   - two that belong together: `alert 48`, `event 36870`, `403 16`;
///   - the end of a log line: `403 16 2148204809 [453]`;
///   - a sentence (an argument with blanks), out of which the codes are picked: `SSL alert number 48`.
/// Words of a sentence that are no code are passed over; if there is none at all, the sentence itself is unknown.
[[nodiscard]] std::vector<Answer> explain(const std::vector<std::string>& arguments);

} // namespace mtls::explain
