#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "probe/observation/observation.hpp"

/// Telling a CertificateRequest that is broken from a file that never was one.
namespace mtls::explain {

/// What a file seems to be that somebody took for a recorded message, and which command reads it; "" if nothing is
/// known of it. Nothing of its contents is in the words.
[[nodiscard]] std::string foreign_kind(std::span<const std::uint8_t> file);

/// Whether the bytes are one whole DER SEQUENCE, as certificates, keys and PKCS#12 files are.
[[nodiscard]] bool is_der_object(std::span<const std::uint8_t> bytes);

/// Whether enough of the reading makes sense that the bytes must be a CertificateRequest, whatever is wrong with them:
/// a name among the authorities, or mostly registered codes among the certificate types or signature algorithms.
[[nodiscard]] bool resembles_request(const observation::RequestSeen& seen);

} // namespace mtls::explain
