#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "probe/explain/decode.hpp"

namespace mtls::cli {

/// Whether it is a capture that can be opened again from its start; of a pipe that is not known before it is read.
[[nodiscard]] bool is_capture_file(const std::filesystem::path& path);

/// Reads `--keylog`: the secrets that open TLS 1.3, in the format of SSLKEYLOGFILE. Throws x509::ConfigError.
[[nodiscard]] explain::SessionSecrets read_secrets(const std::filesystem::path& path);

/// Throws x509::ConfigError if there are secrets and the file is no capture that they could open.
void refuse_needless(const std::filesystem::path& path, std::span<const std::uint8_t> bytes,
                     const explain::SessionSecrets& secrets);

/// The CertificateRequests of a file, whatever its form. A capture is read packet by packet, whatever its size; one
/// from a pipe and everything else as a whole. `-` is stdin. `secrets` open the TLS 1.3 connections of a capture.
/// Throws x509::ConfigError if it cannot be read.
[[nodiscard]] explain::Decoding decode_file(const std::filesystem::path& path,
                                            std::optional<wire::ProtocolVersion> version,
                                            explain::SessionSecrets secrets = {});

/// The same of bytes that have been read.
[[nodiscard]] explain::Decoding decode_bytes(std::span<const std::uint8_t> bytes,
                                             std::optional<wire::ProtocolVersion> version,
                                             explain::SessionSecrets secrets = {});

} // namespace mtls::cli
