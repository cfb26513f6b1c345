#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probe/capture/capture_file.hpp"
#include "probe/explain/captured.hpp"
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
    std::size_t left_over = 0; ///< bytes behind the last message that are no whole message; never of a capture
    std::optional<std::size_t> connection; ///< of a capture, which may lack the message's end: the connection's number
};

/// Bytes that no layout fits, not even as a broken CertificateRequest.
struct Unread {
    std::size_t bytes = 0;
    std::string looks_like;                      ///< foreign_kind()
    std::vector<observation::RequestSeen> tried; ///< how far each layout came
};

/// What was found in a file that may hold CertificateRequests.
struct Decoding {
    std::string form; ///< how the bytes were written: "hex", "base64", "binary", "openssl -msg", "capture"
    std::vector<DecodedRequest> requests;
    std::optional<Unread> unread; ///< what is there instead of a request
    std::optional<capture::Summary> capture;
    std::vector<CapturedConnection> connections; ///< of a capture: those that are TLS
    std::size_t left_out = 0;                    ///< TLS connections beyond the first thousand, or too large together
    std::string problem;                         ///< why nothing could be tried
};

/// Finds the CertificateRequests in a file: text or binary, a body, handshake messages or TLS records (also with a
/// packet's headers before them). A bare body that no layout fits counts if it resembles one (foreign.hpp). No
/// captures: those are for CaptureDecoder. `version` forces the layout.
[[nodiscard]] Decoding decode(std::span<const std::uint8_t> file, std::optional<wire::ProtocolVersion> version);

/// Finds the CertificateRequests in the connections of a capture, as they come. What is kept is bounded.
class CaptureDecoder {
  public:
    /// `secrets` open what TLS 1.3 encrypts.
    explicit CaptureDecoder(std::optional<wire::ProtocolVersion> version, SessionSecrets secrets = {})
        : version_{version}, secrets_{std::move(secrets)}
    {
    }

    /// Throws ossl::Error.
    void take(const capture::Conversation& conversation);

    /// Connections and requests in the order in which the connections began.
    [[nodiscard]] Decoding finish(capture::Summary summary);

  private:
    std::optional<wire::ProtocolVersion> version_;
    SessionSecrets secrets_;
    std::vector<CapturedFlight> flights_;
    std::size_t kept_bytes_ = 0;
    std::size_t left_out_ = 0;
};

} // namespace mtls::explain
