#pragma once

#include <cstddef>
#include <optional>

namespace mtls::verdict {

enum class AttemptResult { accepted, rejected, not_requested, undetermined };
enum class RejectedBy { alert, http, close };

/// What a connection proved about the certificate presented, or about having none.
struct Attempt {
    std::size_t observation = 0;
    AttemptResult result = AttemptResult::undetermined;
    std::optional<RejectedBy> by; ///< also for accepted: `http` when the answer proved it; null otherwise
};

} // namespace mtls::verdict
