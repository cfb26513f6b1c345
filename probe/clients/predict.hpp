#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probe/clients/answer.hpp"
#include "probe/clients/client.hpp"
#include "probe/clients/question.hpp"

namespace mtls::clients {

/// What one client program would do with one candidate.
struct Prediction {
    const Client* client = nullptr; ///< never null; of known_clients()
    Answer answer;
};

/// Which clients to ask: empty means all of them.
using Selection = std::vector<const Client*>;

/// What each client would do if `held` were its only certificate, in the order of the table. The key is taken to belong
/// to it.
[[nodiscard]] std::vector<Prediction> predict(const Asked& asked, const Held& held, x509::Time now,
                                              const Selection& selection);

/// Names of --clients. Throws ConfigError on an unknown one, and names those that are known.
[[nodiscard]] Selection select_clients(const std::vector<std::string>& names);

} // namespace mtls::clients
