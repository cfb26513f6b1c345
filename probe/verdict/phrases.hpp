#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "certs/x509/name.hpp"
#include "probe/verdict/facts.hpp"

/// Observations in words: what evidence, summaries and the text report are made of. Everything that a stranger chose is
/// escaped here.
namespace mtls::verdict {

/// "observation 3 (127.0.0.1:8443, SNI localhost, TLS 1.3)": citable, the number is the one in the JSON report.
[[nodiscard]] std::string where(const observation::Observation& seen);

/// The same for several: "observations 0 and 2 (127.0.0.1:8443, with and without SNI, TLS 1.3)".
[[nodiscard]] std::string where(const std::vector<const observation::Observation*>& seen);

/// "TLS 1.3", or "TLS 1.2 or 1.3 offered" before a version was agreed on.
[[nodiscard]] std::string version_in_words(const observation::Observation& seen);

/// "TLS 1.3 offered", "TLS 1.0 to 1.2 offered".
[[nodiscard]] std::string offer_in_words(const observation::Variant& variant);

/// "SNI localhost" or "no SNI".
[[nodiscard]] std::string sni_in_words(const observation::Variant& variant);

/// How it ended: "HTTP 403 Forbidden", "alert unknown_ca (48) from the server after the handshake".
[[nodiscard]] std::string ending(const observation::Observation& seen);

/// The same in the fewest words: "HTTP 403", "alert unknown_ca (48)".
[[nodiscard]] std::string ending_in_short(const observation::Observation& seen);

/// "in the handshake", "by renegotiation after the HTTP request", "by post-handshake authentication".
[[nodiscard]] const char* stage_in_words(observation::Stage stage);

/// What a server means by an alert about a client's certificate; "" if the alert says nothing about it.
[[nodiscard]] const char* meaning(wire::AlertDescription code);

/// What IIS or nginx writes into its own log for this refusal, worded as far as a remote page allows. "" if there is
/// nothing to add.
[[nodiscard]] std::string server_log_hint(const Facts& facts, const observation::Observation& seen);

/// RFC 4514 text, or "(empty name)".
[[nodiscard]] std::string in_words(const x509::Name& name);

/// `text` cut to about `limit` bytes, saying how much is left out; for summaries only.
[[nodiscard]] std::string clipped(std::string text, std::size_t limit);

/// One line each, at most `limit` of them, then how many more there are.
[[nodiscard]] std::vector<std::string> listed(std::string_view prefix, const std::vector<x509::Name>& names,
                                              std::size_t limit = 12);

/// "1 name", "3 names".
[[nodiscard]] std::string counted(std::size_t count, std::string_view thing);

/// "a, b and c"; from the fourth on "a, b, c and 4 more".
[[nodiscard]] std::string enumerated(const std::vector<std::string>& things);

/// "a, b or c": all of them.
[[nodiscard]] std::string alternatives(const std::vector<std::string>& things);

} // namespace mtls::verdict
