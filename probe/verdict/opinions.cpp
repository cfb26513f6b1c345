#include "probe/verdict/opinions.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace mtls::verdict {

using clients::Prediction;
using clients::Sends;

std::optional<clients::Asked> asked_of(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr) {
        return std::nullopt;
    }
    clients::Asked asked;
    asked.request = request->request;
    for (const observation::Authority& authority : request->authorities) {
        asked.names.push_back(authority.name);
    }
    asked.moment = request->stage == observation::Stage::handshake ? clients::Moment::handshake : clients::Moment::late;
    const observation::Observation& seen = facts.observations[*facts.request.observation];
    if (seen.negotiated) {
        asked.cipher = seen.negotiated->cipher;
    }
    return asked;
}

clients::Held held_as(const CandidateFacts& candidate)
{
    return {candidate.leaf, candidate.chain, candidate.above_at_its_owner};
}

std::vector<Prediction> spoken_of(const Facts& facts, const CandidateFacts& candidate)
{
    std::vector<Prediction> some;
    std::copy_if(
        candidate.predicted.begin(), candidate.predicted.end(), std::back_inserter(some),
        [&](const Prediction& each) { return !facts.clients.empty() || each.client->use == clients::Use::everyday; });
    return some;
}

std::string listed_names(const std::vector<Prediction>& predictions)
{
    std::string names;
    for (const Prediction& each : predictions) {
        names += (names.empty() ? "" : ", ") + std::string{each.client->name};
    }
    return names;
}

std::vector<Opinion> opinions(const std::vector<Prediction>& predictions)
{
    std::vector<Opinion> all;
    for (const Sends sends : std::array{Sends::yes, Sends::no, Sends::unknown}) {
        for (const Prediction& each : who(predictions, sends)) {
            const auto same = std::find_if(all.begin(), all.end(), [&](const Opinion& opinion) {
                return opinion.sends == sends && opinion.reason == each.answer.reason;
            });
            Opinion& opinion = same == all.end() ? all.emplace_back(Opinion{sends, each.answer.reason, {}}) : *same;
            opinion.held_by.push_back(each);
        }
    }
    return all;
}

bool disagree(const std::vector<Prediction>& predictions)
{
    return !who(predictions, Sends::yes).empty() && !who(predictions, Sends::no).empty();
}

std::vector<Prediction> who(const std::vector<Prediction>& predictions, Sends sends)
{
    std::vector<Prediction> some;
    std::copy_if(predictions.begin(), predictions.end(), std::back_inserter(some),
                 [sends](const Prediction& each) { return each.answer.sends == sends; });
    return some;
}

} // namespace mtls::verdict
