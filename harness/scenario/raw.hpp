#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "certs/x509/name.hpp"

namespace mtls::scenario {

/// What is wrong with the framing of a CertificateRequest that is otherwise built from its parts.
enum class Malformation {
    none,
    list_too_long,          ///< the length of certificate_authorities reaches one byte past the message
    entry_too_long,         ///< the length of the last entry reaches one byte past the list
    trailing_bytes_in_list, ///< one byte after the last entry, where a length should be
    trailing_bytes_after,   ///< one byte after the message's last field
    missing_algorithms,     ///< 1.2: a body of TLS 1.1; 1.3: no signature_algorithms extension
    duplicate_extension,    ///< 1.3: certificate_authorities twice
    context_too_long,       ///< 1.3: the length of certificate_request_context reaches past the message
    giant_length,           ///< the handshake header says 16 MiB - 1
};

/// Where in a connection a server goes wrong. In TLS 1.3 "ServerHelloDone" is Finished.
enum class Point {
    none,
    before_tls, ///< accepted, and nothing heard yet
    before_server_hello,
    after_server_hello,
    after_encrypted_extensions, ///< only in TLS 1.3
    within_certificate,
    after_certificate,
    within_certificate_request,
    after_certificate_request,
    before_finished, ///< only in TLS 1.3: CertificateVerify was said
    after_server_hello_done,
    after_client_certificate, ///< the client's flight was heard to its Finished; in 1.2 ours is not said yet
    within_http_head,         ///< the handshake is over and the client has sent its HTTP request
    within_http_body,
};

/// What a server does at that point. Nothing of the script comes after it.
enum class Fault {
    stall, ///< falls silent, with the connection open
    close,
    reset,
    slow,                   ///< goes on, one byte a second
    garbage,                ///< random bytes, then silence
    endless_messages,       ///< NewSessionTickets
    giant_message,          ///< a handshake header that says 16 MiB - 1, and bytes without end behind it
    empty_records,          ///< 10,000 of them, then silence
    hello_requests,         ///< without end
    certificate_requests,   ///< without end, each with a context of its own
    warnings,               ///< warning alerts without end
    compressed_certificate, ///< RFC 8879, which nobody has offered
    header_without_end,     ///< only where HTTP is spoken, as the next two
    body_without_end,
    compressed_body, ///< says Content-Encoding: gzip of a body that is none
};

/// A listener's own way of going wrong.
struct Breakdown {
    Point at = Point::none;
    Fault fault = Fault::stall;
};

/// `[raw.request]`: the CertificateRequest, field by field as bytes.
struct RawRequest {
    x509::Der certificate_types{1, 64};                                 ///< up to 1.2: rsa_sign, ecdsa_sign
    x509::Der signature_algorithms{0x04, 0x03, 0x08, 0x04, 0x04, 0x01}; ///< 1.2 and 1.3
    x509::Der context;                                                  ///< 1.3
    /// In order: an authority of the recipe, or the bytes of an entry (`der:3000`). Null: no list (1.3: no extension).
    std::optional<std::vector<std::variant<std::string, x509::Der>>> authorities;
    Malformation malformation = Malformation::none;
    std::optional<x509::Der> body; ///< instead of all that
};

/// `[raw]`: a server that says what it is told to, without libssl. It never lets anybody in: when the client has said
/// everything, it hangs up; unless a listener is to go wrong only when HTTP is spoken.
struct Raw {
    std::string banner;  ///< said first, before the client's first word
    std::string instead; ///< said instead of TLS, after the client's first word, and then it hangs up
    RawRequest request;
    std::size_t fragment = 16384; ///< bytes of handshake messages in one record
    Point stall = Point::none;
    bool endless =
        false; ///< handshake messages without end: HelloRequest after ServerHello; 1.3: tickets after Finished
    std::chrono::milliseconds byte_interval{0}; ///< one byte at a time, this far apart
};

} // namespace mtls::scenario
