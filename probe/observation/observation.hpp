#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "probe/observation/request_seen.hpp"
#include "probe/wire/alert.hpp"
#include "probe/wire/registries.hpp"

/// The values that a connection leaves behind. No judgement here, no I/O.
namespace mtls::observation {

/// One way of asking a target.
struct Variant {
    std::string address; ///< numeric, without brackets; through a proxy whatever the proxy is told
    std::uint16_t port = 0;
    std::optional<std::string> sni;                 ///< null: no server_name extension
    std::vector<wire::ProtocolVersion> tls_offered; ///< ascending

    friend bool operator==(const Variant&, const Variant&) = default;
};

enum class Purpose { variant, candidate };

/// How a connection ended.
enum class Outcome {
    completed,   ///< an orderly end, or we left after the answer that we came for
    alert,       ///< a fatal alert of the server, in or after the handshake
    closed,      ///< the server closed (FIN) before an answer
    reset,       ///< RST
    refused,     ///< nothing listens there
    unreachable, ///< no route, host down, no such address family
    timeout,
    not_tls,        ///< what came first is not a TLS record
    protocol_error, ///< TLS that breaks the protocol; our alert, if any, is in `alert` as sent
};

enum class Direction { received, sent };
enum class Phase { handshake, after_handshake };

/// The fatal alert that ended the connection.
struct AlertSeen {
    Direction direction = Direction::received;
    wire::AlertDescription code{};
    Phase phase = Phase::handshake;
};

enum class Side { client, server };

/// One handshake message, either way.
struct Message {
    Side from = Side::server;
    wire::HandshakeType type{};
    std::size_t bytes = 0; ///< with the 4-byte header
    double at_ms = 0;      ///< since the connection attempt began
};

/// What both sides agreed on.
struct Negotiated {
    wire::ProtocolVersion version{};
    std::string cipher; ///< IANA name
    std::optional<std::string> group;
    std::optional<std::string> alpn;
};

/// What an error page says of the client's certificate, in the words of nginx and of what is built on it.
enum class CertificatePage {
    other,        ///< nothing of the kind
    none_sent,    ///< "No required SSL certificate was sent" (its inner status 496)
    not_verified, ///< "The SSL certificate error" (495)
};

/// The head of an HTTP answer, and what its page says of certificates.
struct HttpAnswer {
    int status = 0;
    std::string reason;
    std::optional<int> substatus;   ///< only if the page itself says it ("HTTP Error 403.16")
    std::string server;             ///< Server header, or ""
    bool about_certificate = false; ///< the page speaks of the "SSL certificate", as nginx's own 400 does
    std::string location = {};      ///< of a redirect, without what may be secret: user, query and fragment; or ""
    CertificatePage certificate_page = CertificatePage::other;
};

/// One connection, from the attempt to connect to its end: all that the rules ever know of it.
struct Observation {
    int id = 0;
    Purpose purpose = Purpose::variant;
    Variant variant;
    std::optional<std::size_t> candidate; ///< index of the candidate presented; null: none
    Outcome outcome = Outcome::timeout;
    /// One sentence for a person about how it ended: "connect to 127.0.0.1:1: Connection refused". printable.
    std::string detail;
    std::optional<Negotiated> negotiated;
    std::optional<AlertSeen> alert;
    std::vector<Message> messages;
    std::vector<x509::Certificate> server_certificates;
    RequestsSeen certificate_requests;
    std::optional<HttpAnswer> http;
    bool http_requested = false;      ///< a request was written after the handshake
    bool certificate_sent = false;    ///< a Certificate message of ours that was not empty
    bool list_only = false;           ///< we asked for the server's first flight and left: no handshake was intended
    bool handshake_completed = false; ///< our side of the first handshake was done
    bool data_received = false;       ///< application data from the server (NewSessionTicket is none)
    bool settled = false;             ///< we listened for the whole settle time and nothing happened
    double duration_ms = 0;
};

[[nodiscard]] const char* to_string(Purpose purpose);
[[nodiscard]] const char* to_string(Outcome outcome);
[[nodiscard]] const char* to_string(Direction direction);
[[nodiscard]] const char* to_string(Phase phase);
[[nodiscard]] const char* to_string(Side side);
[[nodiscard]] const char* to_string(CertificatePage page); ///< "none_sent", "not_verified"; "" of another page

} // namespace mtls::observation
