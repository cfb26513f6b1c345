#include "probe/clients/predict.hpp"

#include <algorithm>
#include <utility>

#include "certs/x509/config_error.hpp"

namespace mtls::clients {

namespace {

Answer answer_of(const Client& client, const Question& question)
{
    Answer answer = client.rule(question);
    if (question.asked.moment == Moment::late) {
        answer = answer_late(client.late, question.tls13 ? LateWay::post_handshake : LateWay::renegotiation,
                             std::move(answer));
    }
    if (question.asked.request.version < wire::ProtocolVersion::tls12 && answer.sends == Sends::yes) {
        answer = perhaps(std::move(answer), "it would, but most of today's programs refuse TLS 1.0 and 1.1 unless they "
                                            "are told otherwise");
    }
    return answer;
}

} // namespace

std::vector<Prediction> predict(const Asked& asked, const Held& held, x509::Time now, const Selection& selection)
{
    const Question question{asked, held, now};
    const bool unreadable = oddity_of(asked) == Oddity::other;
    std::vector<Prediction> predictions;
    for (const Client& client : known_clients()) {
        if (selection.empty() || std::find(selection.begin(), selection.end(), &client) != selection.end()) {
            predictions.push_back({&client, unreadable
                                                ? not_known("the request is malformed in a way that was not looked at")
                                                : answer_of(client, question)});
        }
    }
    return predictions;
}

Selection select_clients(const std::vector<std::string>& names)
{
    Selection selection;
    for (const std::string& name : names) {
        const Client* client = find_client(name);
        if (client == nullptr) {
            std::string known;
            for (const Client& each : known_clients()) {
                known += (known.empty() ? "" : ", ") + std::string{each.name};
            }
            throw x509::ConfigError{"--clients: there is no '" + x509::printable(name) + "'; known are " + known};
        }
        selection.push_back(client);
    }
    return selection;
}

} // namespace mtls::clients
