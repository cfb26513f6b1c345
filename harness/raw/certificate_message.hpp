#pragma once

#include <vector>

#include "certs/x509/certificate.hpp"
#include "harness/raw/bytes.hpp"

/// The Certificate message, either way. RFC 5246 §7.4.2 and RFC 8446 §4.4.2, which has a context and extensions.
namespace mtls::raw {

enum class CertificateForm { tls12, tls13 };

/// The body with this chain, leaf first.
[[nodiscard]] Buffer certificate_body(CertificateForm form, const std::vector<x509::Certificate>& chain);

/// The certificates that a client presents; what cannot be read is left out.
[[nodiscard]] std::vector<x509::Certificate> certificates_of(CertificateForm form, Bytes body);

} // namespace mtls::raw
