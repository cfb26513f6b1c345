#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "probe/wire/parse_error.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::wire {

/// One entry of certificate_authorities, the bytes as received. What they mean as a name is a later step
/// (certs/x509/name.hpp).
struct DistinguishedName {
    std::vector<std::uint8_t> der;
    std::size_t offset = 0;          ///< of the entry's length prefix in the message body
    std::optional<ParseError> error; ///< its own framing: zero length, or cut by the list's end

    friend bool operator==(const DistinguishedName&, const DistinguishedName&) = default;
};

/// RFC 8446 §4.2: any extension of a TLS 1.3 CertificateRequest, known or not, in wire order, duplicates included.
struct Extension {
    ExtensionType type{};
    std::vector<std::uint8_t> data;
    std::size_t offset = 0; ///< of extension_type in the message body

    friend bool operator==(const Extension&, const Extension&) = default;
};

/// RFC 8446 §4.2.5.
struct OidFilter {
    std::vector<std::uint8_t> certificate_extension_oid;    ///< DER as received
    std::vector<std::uint8_t> certificate_extension_values; ///< DER as received

    friend bool operator==(const OidFilter&, const OidFilter&) = default;
};

/// A CertificateRequest of any version, everything that could be read. Fields that the version does not have, or that
/// were not reached, are null; a field that broke off keeps the items before the break.
struct CertificateRequest {
    ProtocolVersion version = ProtocolVersion::tls12;
    std::vector<std::uint8_t> certificate_request_context;                 ///< 1.3
    std::optional<std::vector<ClientCertificateType>> certificate_types;   ///< up to 1.2
    std::optional<std::vector<SignatureScheme>> signature_algorithms;      ///< 1.2 and 1.3
    std::optional<std::vector<SignatureScheme>> signature_algorithms_cert; ///< 1.3
    std::vector<Extension> extensions;                                     ///< 1.3
    std::optional<std::vector<DistinguishedName>> certificate_authorities; ///< 1.3: null if the extension is absent
    std::size_t certificate_authorities_bytes = 0;                         ///< content, without its length field
    std::optional<std::vector<OidFilter>> oid_filters;                     ///< 1.3
    std::optional<ParseError> error; ///< the first thing wrong with the message; null if it parses
    /// The framing of the message or of certificate_authorities is broken: the list cannot be relied on. False when
    /// `error` only says that a field breaks a bound though its framing holds (1.2 without certificate_types, 1.3 with
    /// an empty certificate_authorities).
    bool framing_broken = false;

    friend bool operator==(const CertificateRequest&, const CertificateRequest&) = default;
};

/// Parses the body (without the 4-byte handshake header) as `version` defines it:
/// RFC 4346 §7.4.4 (1.0, 1.1), RFC 5246 §7.4.4 (1.2), RFC 8446 §4.3.2 (1.3). Never throws because of the bytes;
/// lossless. In an error of 1.3 the list inside an extension bears the extension's name.
[[nodiscard]] CertificateRequest parse_certificate_request(ProtocolVersion version, Bytes body);

} // namespace mtls::wire
