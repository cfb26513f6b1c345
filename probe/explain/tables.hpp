#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "probe/explain/page.hpp"

/// What is known, as data. Numbers and names are those of Microsoft's headers and of the RFCs; the sentences are ours
/// and speak of client certificates only.
namespace mtls::explain {

/// A number with its name, what it means here, and what to do next.
struct CodeEntry {
    std::uint32_t value = 0;
    const char* name = "";
    const char* meaning = "";
    const char* next = "";
};

[[nodiscard]] std::span<const CodeEntry> security_codes(); ///< SEC_E_* and SEC_I_*: SChannel, Kerberos, the SSPI
[[nodiscard]] std::span<const CodeEntry> key_codes();      ///< NTE_* and SCARD_*: keys and smart cards
[[nodiscard]] std::span<const CodeEntry> crypto_codes();   ///< CRYPT_E_*: stores, encodings, revocation
[[nodiscard]] std::span<const CodeEntry> trust_codes();    ///< CERT_E_* and TRUST_E_*: verdicts on a chain
[[nodiscard]] std::span<const CodeEntry> win32_codes();    ///< ERROR_*, by their plain number
[[nodiscard]] std::span<const CodeEntry> winhttp_codes();  ///< ERROR_WINHTTP_*, by their plain number
[[nodiscard]] std::span<const CodeEntry> alerts();         ///< RFC 8446 §6 and older, by the alert's number
[[nodiscard]] std::span<const CodeEntry> schannel_events();
[[nodiscard]] std::span<const CodeEntry> verify_codes(); ///< X509_V_*: what OpenSSL says of a chain
/// The rest of X509_V_*. A number alone is read so only if it can mean nothing else.
[[nodiscard]] std::span<const CodeEntry> rare_verify_codes();

/// The same for an HTTP status, with or without the substatus of IIS.
struct StatusEntry {
    int status = 0;
    int substatus = -1; ///< -1: none
    const char* meaning = "";
    const char* next = "";
    bool of_a_certificate = false; ///< what IIS says of one; also a reading of the bare substatus (403.7 of "7")
};

[[nodiscard]] std::span<const StatusEntry> http_statuses();

/// What a bare status means where the log is one of nginx or Apache; the others are the same everywhere.
[[nodiscard]] std::span<const StatusEntry> http_statuses_elsewhere();

/// Null if there is no such finding. Every id of a finding has a page.
[[nodiscard]] std::optional<Page> finding_page(std::string_view id);

/// The ids of all findings that have a page, sorted.
[[nodiscard]] std::vector<std::string_view> finding_ids();

} // namespace mtls::explain
