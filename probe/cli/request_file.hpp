#pragma once

#include <filesystem>
#include <optional>

#include "probe/explain/session_secrets.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::cli {

/// Reads the CertificateRequest of a file as the one thing that a connection left behind: a JSON report of one target
/// (the request that a normal client gets), or what `mtls-probe decode` reads (the last one in it; `version` forces its
/// layout, `secrets` open the TLS 1.3 of a capture). `-` is stdin. Throws x509::ConfigError: unreadable, no request.
[[nodiscard]] observation::Observation read_request_file(const std::filesystem::path& path,
                                                         std::optional<wire::ProtocolVersion> version,
                                                         explain::SessionSecrets secrets);

} // namespace mtls::cli
