#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "probe/explain/session_secrets.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::cli {

/// A CertificateRequest, and where it is from.
struct RequestFile {
    observation::Observation seen;     ///< nothing but the request, and of a report its connection's id and variant
    std::optional<std::string> source; ///< of a report: "observation 1 (...), by renegotiation", in words; else null
};

/// Reads the CertificateRequest of a file: a JSON report of one target
/// (the request that a normal client got, or else report::request_in()), or what `mtls-probe decode` reads (the last
/// one in it; `version` forces its layout, `secrets` open the TLS 1.3 of a capture). `-` is stdin. Throws
/// x509::ConfigError: unreadable, no request.
[[nodiscard]] RequestFile read_request_file(const std::filesystem::path& path,
                                            std::optional<wire::ProtocolVersion> version,
                                            explain::SessionSecrets secrets);

} // namespace mtls::cli
