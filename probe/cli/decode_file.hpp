#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "probe/explain/decode.hpp"

namespace mtls::cli {

/// Whether it is a capture that can be opened again from its start; of a pipe that is not known before it is read.
[[nodiscard]] bool is_capture_file(const std::filesystem::path& path);

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
