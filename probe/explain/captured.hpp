#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "probe/capture/conversations.hpp"
#include "probe/explain/flight.hpp"
#include "probe/explain/session_secrets.hpp"

namespace mtls::explain {

/// A TLS connection of a capture: who spoke with whom, and what the server's first flight shows to a bystander.
struct CapturedConnection {
    std::size_t number = 0; ///< from 1, in the order in which the TLS connections of the capture began
    capture::Endpoint client;
    capture::Endpoint server;
    std::optional<std::string> sni; ///< as the ClientHello has it, not made printable
    std::optional<wire::ProtocolVersion> version;
    /// What can be said about a request in the handshake.
    enum class Reading {
        request,    ///< the server asks for a certificate
        no_request, ///< its flight is there to the end, without a request
        resumed,    ///< a resumed session: there is no request in it
        encrypted,  ///< TLS 1.3, and no key log opens it: a bystander cannot tell
        refused,    ///< an alert ended it before
        incomplete, ///< the flight is not there to its end
    } reading = Reading::incomplete;
    std::optional<wire::AlertDescription> alert; ///< the server's, in the clear
    bool decrypted = false;                      ///< a key log opened it
    std::size_t lost = 0; ///< bytes of the server that the capture lacks right behind what could be read
};

[[nodiscard]] const char* to_string(CapturedConnection::Reading reading);

/// What is found in one connection.
struct CapturedFlight {
    CapturedConnection connection; ///< its number is that of the conversation
    std::vector<FoundRequest> requests;
};

/// Null if it is no TLS. TLS may begin late: behind STARTTLS, or the answer of a proxy.
/// `secrets` open TLS 1.3. Throws ossl::Error.
[[nodiscard]] std::optional<CapturedFlight> read_conversation(const capture::Conversation& conversation,
                                                              const SessionSecrets& secrets);

} // namespace mtls::explain
