#pragma once

#include <filesystem>
#include <optional>

#include "probe/observation/observation.hpp"

namespace mtls::cli {

/// Reads the CertificateRequest of a file as the one thing that a connection left behind: a JSON report of one target
/// (the request that a normal client gets), or what `mtls-probe decode` reads (the last one in it; `version` forces its
/// layout). `-` is stdin. Throws x509::ConfigError: unreadable, no request in it.
[[nodiscard]] observation::Observation read_request_file(const std::filesystem::path& path,
                                                         std::optional<wire::ProtocolVersion> version);

} // namespace mtls::cli
