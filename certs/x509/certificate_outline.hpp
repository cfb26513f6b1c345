#pragma once

#include <optional>

#include "certs/x509/name.hpp"

namespace mtls::x509 {

/// Where the fields of a certificate that a report shows lie in its DER: RFC 5280 §4.1. Framing only; nothing is
/// decoded, least of all the key, which is what costs OpenSSL most.
struct CertificateOutline {
    Bytes issuer;                           ///< a Name
    Bytes not_before;                       ///< a Time
    Bytes not_after;                        ///< a Time
    Bytes subject;                          ///< a Name
    std::optional<Bytes> alternative_names; ///< the GeneralNames of subjectAltName; null: no such extension
};

/// Null if these bytes are not framed like exactly one certificate. The outline borrows them.
[[nodiscard]] std::optional<CertificateOutline> outline_certificate(Bytes der);

} // namespace mtls::x509
