#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/raw/conversation.hpp"

/// OpenSSL's client in talk with a Conversation, all in memory.
namespace client {

struct Question {
    int version = TLS1_2_VERSION; ///< exactly this one
    const mtls::pki::Issued* present = nullptr;
    const char* groups = nullptr;
    const char* say = ""; ///< after the handshake
};

struct Answer {
    bool completed = false;
    bool asked = false; ///< what was to be said has been
    std::vector<mtls::x509::Der> list;
    std::vector<unsigned char> messages; ///< handshake types received, in order
    std::optional<int> alert_sent;
    std::optional<int> alert_received;
    std::string heard; ///< after the handshake
    int reason = 0;    ///< ERR_GET_REASON of the first error
};

/// Talks until neither has more to say.
[[nodiscard]] Answer talk(mtls::raw::Conversation& conversation, const Question& question);

} // namespace client
