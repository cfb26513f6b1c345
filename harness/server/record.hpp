#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "harness/server/http_request.hpp"
#include "harness/server/site.hpp"
#include "harness/server/tls_session.hpp"

namespace mtls::server {

/// One HTTP request and what became of it.
struct RequestRecord {
    HttpRequest request;
    Verdict verdict;
    bool answered = true; ///< false: reset, refused in TLS, or left instead
    std::chrono::milliseconds took{0};
};

/// Everything that a server saw of one connection, and what it decided.
struct ConnectionRecord {
    std::chrono::sys_time<std::chrono::milliseconds> time{}; ///< when it was accepted
    std::uint64_t number = 0;                                ///< from 1, per server
    std::string listener;
    std::string site; ///< "" if none served
    std::string server_address;
    std::uint16_t server_port = 0;
    std::string client_address;
    std::uint16_t client_port = 0;
    std::optional<std::string> sni;
    std::optional<scenario::TlsVersion> version;
    std::string alpn;
    std::vector<Stage> asked;   ///< each CertificateRequest that went out
    std::size_t advertised = 0; ///< names in it
    std::vector<x509::Certificate> presented;
    bool handshake_completed = false;
    std::vector<RequestRecord> requests;
    std::optional<int> alert_sent; ///< of those that count: not close_notify
    std::optional<int> alert_received;
    std::string decision; ///< "200", "403.7", "alert unknown_ca", "reset", "close", "none"
    std::string rule;     ///< why
};

/// One line for a person, printable, without the newline.
[[nodiscard]] std::string to_line(const ConnectionRecord& record);

/// One JSON object on one line, without the newline; `scenario` is what the server plays.
[[nodiscard]] std::string to_json(const ConnectionRecord& record, const std::string& scenario);

[[nodiscard]] const char* to_string(Stage stage);

/// RFC 8446 §6 spelling, or the number.
[[nodiscard]] std::string alert_name(int code);

} // namespace mtls::server
