#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/explain/records.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::explain {

/// The body of a CertificateRequest, and where it was.
struct FoundRequest {
    std::vector<std::uint8_t> body;
    std::string found_in;
    std::optional<wire::ProtocolVersion> version; ///< what a ServerHello before it chose
    bool whole = true;                            ///< false: the bytes end inside it
    std::size_t left_over = 0;                    ///< bytes behind the last message that are no whole message
};

/// FoundRequest::found_in of bytes without framing.
inline constexpr const char* message_body = "message body";

/// The CertificateRequests among handshake messages. `where` is what `found_in` will say.
[[nodiscard]] std::vector<FoundRequest> requests_among(const HandshakeMessages& messages, const char* where);

/// Tries TLS records, then handshake messages; what is neither is a body. Records may begin anywhere (a packet's
/// headers stand before them). A message that is cut is given as far as it goes. Empty if there are whole handshake
/// messages, and none is a CertificateRequest.
[[nodiscard]] std::vector<FoundRequest> find_requests(const std::vector<std::uint8_t>& bytes);

} // namespace mtls::explain
