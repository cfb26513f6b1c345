#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "probe/verdict/facts.hpp"

namespace mtls::report {

/// What of a report of render_json() is needed to compare with it, or to answer its request.
struct EarlierReport {
    verdict::TargetFacts target; ///< input is left empty; path null
    verdict::Baseline baseline;  ///< source is left empty

    /// The request that a normal client got; null if there was none.
    struct Place {
        int observation = 0; ///< its id
        std::size_t index = 0;
    };

    std::optional<Place> request;
    std::optional<int> normal; ///< id of a normal client's connection, asked or not; null if nobody answered
    std::vector<observation::Observation> attempts; ///< connections that presented a candidate; the others are above
};

/// A request by itself, as if it had been alone in its connection.
struct EarlierRequest {
    observation::Observation seen; ///< id and variant, and the request
    bool is_normal = true;         ///< a normal client got it; else it was asked nothing, and this is another's
};

/// What a normal client was asked, or else what verdict::request_elsewhere() finds. Null if nobody was asked.
[[nodiscard]] std::optional<EarlierRequest> request_in(const EarlierReport& report);

} // namespace mtls::report
