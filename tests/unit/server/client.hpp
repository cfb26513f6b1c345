#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "certs/x509/name.hpp"

/// A TLS client made of nothing but OpenSSL and a blocking socket: a witness that knows none of our own code paths.
namespace client {

struct Question {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    int version = TLS1_2_VERSION; ///< exactly this one
    std::optional<std::string> sni = std::nullopt;
    const mtls::pki::Issued* present = nullptr; ///< null: nothing
    bool offer_post_handshake = false;
    std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"; ///< "": none
};

struct Answer {
    bool handshake_completed = false;
    int version = 0;
    std::vector<std::vector<mtls::x509::Der>> lists; ///< one per CertificateRequest
    std::optional<int> alert;                        ///< received, other than close_notify
    bool close_notify = false;
    bool reset = false; ///< ECONNRESET
    std::string response;
    std::string server_subject;

    [[nodiscard]] int status() const; ///< of the response; 0 if there is none
};

[[nodiscard]] Answer ask(const Question& question);

/// Sends bytes as they are and returns what comes back until the server closes.
[[nodiscard]] std::string say_raw(const std::string& address, std::uint16_t port, const std::string& bytes);

} // namespace client
