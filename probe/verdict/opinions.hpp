#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/verdict/facts.hpp"

/// What the client programs would do with the candidates: predictions, never facts about the server.
namespace mtls::verdict {

/// The request that the reading points at, as the clients see it; null if there is none.
[[nodiscard]] std::optional<clients::Asked> asked_of(const Facts& facts);

[[nodiscard]] clients::Held held_as(const CandidateFacts& candidate);

/// The predictions to speak of: those of everyday programs, or of all that --clients names.
[[nodiscard]] std::vector<clients::Prediction> spoken_of(const Facts& facts, const CandidateFacts& candidate);

/// "curl, go"
[[nodiscard]] std::string listed_names(const std::vector<clients::Prediction>& predictions);

/// Programs that would do the same for the same reason.
struct Opinion {
    clients::Sends sends = clients::Sends::unknown;
    std::string reason;
    std::vector<clients::Prediction> held_by;
};

/// Those that send first, those that are unsure last; within that by the first program of each.
[[nodiscard]] std::vector<Opinion> opinions(const std::vector<clients::Prediction>& predictions);

/// Some surely send, and some surely do not.
[[nodiscard]] bool disagree(const std::vector<clients::Prediction>& predictions);

/// Those of them that do this.
[[nodiscard]] std::vector<clients::Prediction> who(const std::vector<clients::Prediction>& predictions,
                                                   clients::Sends sends);

} // namespace mtls::verdict
