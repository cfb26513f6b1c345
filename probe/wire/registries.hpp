#pragma once

#include <cstdint>
#include <string>

/// IANA TLS registries as open enums: a code without a name here is still a value. name() gives the RFC's spelling, or
/// the hex code ("0x0a0b") when it has none. The reserved values of RFC 8701 are "grease_0x0a0a".
namespace mtls::wire {

// clang-format off

/// Version on the wire. SSL 3.0 is known so that it can be named.
enum class ProtocolVersion : std::uint16_t {
    ssl3 = 0x0300, tls10 = 0x0301, tls11 = 0x0302, tls12 = 0x0303, tls13 = 0x0304,
};

/// RFC 8446 §4, RFC 5246 §7.4.
enum class HandshakeType : std::uint8_t {
    hello_request = 0, client_hello = 1, server_hello = 2, hello_verify_request = 3, new_session_ticket = 4,
    end_of_early_data = 5, hello_retry_request = 6, encrypted_extensions = 8, request_connection_id = 9,
    new_connection_id = 10, certificate = 11, server_key_exchange = 12, certificate_request = 13,
    server_hello_done = 14, certificate_verify = 15, client_key_exchange = 16, client_certificate_request = 17,
    finished = 20, certificate_url = 21, certificate_status = 22, supplemental_data = 23, key_update = 24,
    compressed_certificate = 25, ekt_key = 26, next_proto = 67, message_hash = 254,
};

/// RFC 8446 §6, RFC 5246 §7.2, and the alerts of older versions.
enum class AlertDescription : std::uint8_t {
    close_notify = 0, unexpected_message = 10, bad_record_mac = 20, decryption_failed = 21, record_overflow = 22,
    decompression_failure = 30, handshake_failure = 40, no_certificate = 41, bad_certificate = 42,
    unsupported_certificate = 43, certificate_revoked = 44, certificate_expired = 45, certificate_unknown = 46,
    illegal_parameter = 47, unknown_ca = 48, access_denied = 49, decode_error = 50, decrypt_error = 51,
    too_many_cids_requested = 52, export_restriction = 60, protocol_version = 70, insufficient_security = 71,
    internal_error = 80, inappropriate_fallback = 86, user_canceled = 90, no_renegotiation = 100,
    missing_extension = 109, unsupported_extension = 110, certificate_unobtainable = 111, unrecognized_name = 112,
    bad_certificate_status_response = 113, bad_certificate_hash_value = 114, unknown_psk_identity = 115,
    certificate_required = 116, general_error = 117, no_application_protocol = 120, ech_required = 121,
};

enum class AlertLevel : std::uint8_t { warning = 1, fatal = 2 };

/// RFC 5246 §7.4.4, RFC 8422 §5.5, and the GOST and older codes of the IANA registry.
enum class ClientCertificateType : std::uint8_t {
    rsa_sign = 1, dss_sign = 2, rsa_fixed_dh = 3, dss_fixed_dh = 4, rsa_ephemeral_dh = 5, dss_ephemeral_dh = 6,
    fortezza_dms = 20, ecdsa_sign = 64, rsa_fixed_ecdh = 65, ecdsa_fixed_ecdh = 66, gost_sign256 = 67,
    gost_sign512 = 68,
};

/// RFC 8446 §4.2.3 and the IANA registry; in TLS 1.2 the pair (hash, signature) of RFC 5246 §7.4.1.4.1 read as one
/// number. Where both name a code, the name is that of TLS 1.3.
enum class SignatureScheme : std::uint16_t {
    rsa_pkcs1_md5 = 0x0101, dsa_md5 = 0x0102, ecdsa_md5 = 0x0103, rsa_pkcs1_sha1 = 0x0201, dsa_sha1 = 0x0202,
    ecdsa_sha1 = 0x0203, rsa_pkcs1_sha224 = 0x0301, dsa_sha224 = 0x0302, ecdsa_sha224 = 0x0303,
    rsa_pkcs1_sha256 = 0x0401, dsa_sha256 = 0x0402, ecdsa_secp256r1_sha256 = 0x0403, rsa_pkcs1_sha256_legacy = 0x0420,
    rsa_pkcs1_sha384 = 0x0501, dsa_sha384 = 0x0502, ecdsa_secp384r1_sha384 = 0x0503, rsa_pkcs1_sha384_legacy = 0x0520,
    rsa_pkcs1_sha512 = 0x0601, dsa_sha512 = 0x0602, ecdsa_secp521r1_sha512 = 0x0603, rsa_pkcs1_sha512_legacy = 0x0620,
    eccsi_sha256 = 0x0704, iso_ibs1 = 0x0705, iso_ibs2 = 0x0706, iso_chinese_ibs = 0x0707, sm2sig_sm3 = 0x0708,
    gostr34102012_256a = 0x0709, gostr34102012_256b = 0x070a, gostr34102012_256c = 0x070b, gostr34102012_256d = 0x070c,
    gostr34102012_512a = 0x070d, gostr34102012_512b = 0x070e, gostr34102012_512c = 0x070f, rsa_pss_rsae_sha256 = 0x0804,
    rsa_pss_rsae_sha384 = 0x0805, rsa_pss_rsae_sha512 = 0x0806, ed25519 = 0x0807, ed448 = 0x0808,
    rsa_pss_pss_sha256 = 0x0809, rsa_pss_pss_sha384 = 0x080a, rsa_pss_pss_sha512 = 0x080b,
    ecdsa_brainpoolP256r1tls13_sha256 = 0x081a, ecdsa_brainpoolP384r1tls13_sha384 = 0x081b,
    ecdsa_brainpoolP512r1tls13_sha512 = 0x081c, gostr34102012_256 = 0x0840, gostr34102012_512 = 0x0841,
    mldsa44 = 0x0904, mldsa65 = 0x0905, mldsa87 = 0x0906, slhdsa_sha2_128s = 0x0911, slhdsa_sha2_128f = 0x0912,
    slhdsa_sha2_192s = 0x0913, slhdsa_sha2_192f = 0x0914, slhdsa_sha2_256s = 0x0915, slhdsa_sha2_256f = 0x0916,
    slhdsa_shake_128s = 0x0917, slhdsa_shake_128f = 0x0918, slhdsa_shake_192s = 0x0919, slhdsa_shake_192f = 0x091a,
    slhdsa_shake_256s = 0x091b, slhdsa_shake_256f = 0x091c,
};

/// RFC 8446 §4.2 and the IANA registry.
enum class ExtensionType : std::uint16_t {
    server_name = 0, max_fragment_length = 1, client_certificate_url = 2, trusted_ca_keys = 3, truncated_hmac = 4,
    status_request = 5, user_mapping = 6, client_authz = 7, server_authz = 8, cert_type = 9, supported_groups = 10,
    ec_point_formats = 11, srp = 12, signature_algorithms = 13, use_srtp = 14, heartbeat = 15,
    application_layer_protocol_negotiation = 16, status_request_v2 = 17, signed_certificate_timestamp = 18,
    client_certificate_type = 19, server_certificate_type = 20, padding = 21, encrypt_then_mac = 22,
    extended_master_secret = 23, token_binding = 24, cached_info = 25, tls_lts = 26, compress_certificate = 27,
    record_size_limit = 28, pwd_protect = 29, pwd_clear = 30, password_salt = 31, ticket_pinning = 32,
    tls_cert_with_extern_psk = 33, delegated_credential = 34, session_ticket = 35, TLMSP = 36, TLMSP_proxying = 37,
    TLMSP_delegate = 38, supported_ekt_ciphers = 39, pre_shared_key = 41, early_data = 42, supported_versions = 43,
    cookie = 44, psk_key_exchange_modes = 45, certificate_authorities = 47, oid_filters = 48, post_handshake_auth = 49,
    signature_algorithms_cert = 50, key_share = 51, transparency_info = 52, connection_id_deprecated = 53,
    connection_id = 54, external_id_hash = 55, external_session_id = 56, quic_transport_parameters = 57,
    ticket_request = 58, dnssec_chain = 59, sequence_number_encryption_algorithms = 60, rrc = 61, tls_flags = 62,
    ech_outer_extensions = 0xfd00, encrypted_client_hello = 0xfe0d, renegotiation_info = 0xff01,
};

// clang-format on

[[nodiscard]] std::string name(ProtocolVersion version); ///< "1.2", as in reports and on the command line; "SSL 3.0"
[[nodiscard]] std::string name(HandshakeType type);      ///< "CertificateRequest": the message's name, RFC spelling
[[nodiscard]] std::string name(AlertDescription code);
[[nodiscard]] std::string name(ClientCertificateType type);
[[nodiscard]] std::string name(SignatureScheme scheme);
[[nodiscard]] std::string name(ExtensionType type);

} // namespace mtls::wire
