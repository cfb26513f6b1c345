#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probe/observation/observation.hpp"

namespace mtls::explain {

/// A CertificateRequest found in somebody's bytes.
struct DecodedRequest {
    observation::RequestSeen seen;
    std::string found_in; ///< "message body", "handshake message", "TLS records"
    /// How its layout was chosen: it was asked for, a ServerHello beside it says so, only this one parses, several
    /// parse (then `also` names the others), or none does (then this one got furthest).
    enum class Layout { forced, from_server_hello, only_one, several, none } layout = Layout::only_one;
    std::vector<wire::ProtocolVersion> also;
};

struct Decoding {
    std::string form; ///< how the bytes were written: "hex", "base64", "binary", "openssl -msg"
    std::vector<DecodedRequest> requests;
    std::string problem; ///< why there are none
};

/// Finds the CertificateRequests in a file: text or binary, a body, handshake messages or TLS records (also with a
/// packet's headers before them). Captures are not read, and that is said. `version` forces the layout.
[[nodiscard]] Decoding decode(std::span<const std::uint8_t> file, std::optional<wire::ProtocolVersion> version);

} // namespace mtls::explain
