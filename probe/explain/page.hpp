#pragma once

#include <string>
#include <vector>

/// Codes and names that people paste -> pages that a person can read. Pure.
namespace mtls::explain {

enum class Kind {
    http_status,
    tls_alert,
    windows_code,
    winhttp_error,
    schannel_event,
    openssl_verify,
    message,
    finding
};

/// What to look at or to do next.
struct Step {
    std::string applies_to; ///< "iis", "nginx", "client"...; "any" where it does not matter
    std::string text;
};

/// One meaning of one code.
struct Page {
    Kind kind = Kind::finding;
    std::string code; ///< "403.16", "48", "0x800B0109", "36870", "ctl-store-lost"; of a message, its code or its text
    std::string name; ///< "CERT_E_UNTRUSTEDROOT", "unknown_ca"; of a message, who says so; "" if it has none
    std::string meaning;
    std::string detection; ///< how one arrives at this, and how sure that is; "" if the code says it itself
    std::vector<Step> next;
    std::string severity{}; ///< of a finding: "warning, critical if refused"
};

/// "http-status", "tls-alert"...: as in JSON.
[[nodiscard]] const char* to_string(Kind kind);

/// The first sentence of what it means.
[[nodiscard]] std::string in_one_sentence(const Page& page);

/// "TLS alert 48 unknown_ca", "Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT", "Apache: AH02040".
[[nodiscard]] std::string title(const Page& page);

} // namespace mtls::explain
