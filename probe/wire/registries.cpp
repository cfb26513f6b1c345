#include "probe/wire/registries.hpp"

#include <array>

#include "probe/wire/named.hpp"

namespace mtls::wire {
namespace {

constexpr auto handshake_types = std::to_array<Named<HandshakeType>>({
    {HandshakeType::hello_request, "HelloRequest"},
    {HandshakeType::client_hello, "ClientHello"},
    {HandshakeType::server_hello, "ServerHello"},
    {HandshakeType::hello_verify_request, "HelloVerifyRequest"},
    {HandshakeType::new_session_ticket, "NewSessionTicket"},
    {HandshakeType::end_of_early_data, "EndOfEarlyData"},
    {HandshakeType::hello_retry_request, "HelloRetryRequest"},
    {HandshakeType::encrypted_extensions, "EncryptedExtensions"},
    {HandshakeType::request_connection_id, "RequestConnectionId"},
    {HandshakeType::new_connection_id, "NewConnectionId"},
    {HandshakeType::certificate, "Certificate"},
    {HandshakeType::server_key_exchange, "ServerKeyExchange"},
    {HandshakeType::certificate_request, "CertificateRequest"},
    {HandshakeType::server_hello_done, "ServerHelloDone"},
    {HandshakeType::certificate_verify, "CertificateVerify"},
    {HandshakeType::client_key_exchange, "ClientKeyExchange"},
    {HandshakeType::client_certificate_request, "ClientCertificateRequest"},
    {HandshakeType::finished, "Finished"},
    {HandshakeType::certificate_url, "CertificateURL"},
    {HandshakeType::certificate_status, "CertificateStatus"},
    {HandshakeType::supplemental_data, "SupplementalData"},
    {HandshakeType::key_update, "KeyUpdate"},
    {HandshakeType::compressed_certificate, "CompressedCertificate"},
    {HandshakeType::ekt_key, "EKTKey"},
    {HandshakeType::next_proto, "NextProtocol"},
    {HandshakeType::message_hash, "MessageHash"},
});

constexpr auto alert_descriptions = std::to_array<Named<AlertDescription>>({
    {AlertDescription::close_notify, "close_notify"},
    {AlertDescription::unexpected_message, "unexpected_message"},
    {AlertDescription::bad_record_mac, "bad_record_mac"},
    {AlertDescription::decryption_failed, "decryption_failed"},
    {AlertDescription::record_overflow, "record_overflow"},
    {AlertDescription::decompression_failure, "decompression_failure"},
    {AlertDescription::handshake_failure, "handshake_failure"},
    {AlertDescription::no_certificate, "no_certificate"},
    {AlertDescription::bad_certificate, "bad_certificate"},
    {AlertDescription::unsupported_certificate, "unsupported_certificate"},
    {AlertDescription::certificate_revoked, "certificate_revoked"},
    {AlertDescription::certificate_expired, "certificate_expired"},
    {AlertDescription::certificate_unknown, "certificate_unknown"},
    {AlertDescription::illegal_parameter, "illegal_parameter"},
    {AlertDescription::unknown_ca, "unknown_ca"},
    {AlertDescription::access_denied, "access_denied"},
    {AlertDescription::decode_error, "decode_error"},
    {AlertDescription::decrypt_error, "decrypt_error"},
    {AlertDescription::too_many_cids_requested, "too_many_cids_requested"},
    {AlertDescription::export_restriction, "export_restriction"},
    {AlertDescription::protocol_version, "protocol_version"},
    {AlertDescription::insufficient_security, "insufficient_security"},
    {AlertDescription::internal_error, "internal_error"},
    {AlertDescription::inappropriate_fallback, "inappropriate_fallback"},
    {AlertDescription::user_canceled, "user_canceled"},
    {AlertDescription::no_renegotiation, "no_renegotiation"},
    {AlertDescription::missing_extension, "missing_extension"},
    {AlertDescription::unsupported_extension, "unsupported_extension"},
    {AlertDescription::certificate_unobtainable, "certificate_unobtainable"},
    {AlertDescription::unrecognized_name, "unrecognized_name"},
    {AlertDescription::bad_certificate_status_response, "bad_certificate_status_response"},
    {AlertDescription::bad_certificate_hash_value, "bad_certificate_hash_value"},
    {AlertDescription::unknown_psk_identity, "unknown_psk_identity"},
    {AlertDescription::certificate_required, "certificate_required"},
    {AlertDescription::general_error, "general_error"},
    {AlertDescription::no_application_protocol, "no_application_protocol"},
    {AlertDescription::ech_required, "ech_required"},
});

constexpr auto client_certificate_types = std::to_array<Named<ClientCertificateType>>({
    {ClientCertificateType::rsa_sign, "rsa_sign"},
    {ClientCertificateType::dss_sign, "dss_sign"},
    {ClientCertificateType::rsa_fixed_dh, "rsa_fixed_dh"},
    {ClientCertificateType::dss_fixed_dh, "dss_fixed_dh"},
    {ClientCertificateType::rsa_ephemeral_dh, "rsa_ephemeral_dh"},
    {ClientCertificateType::dss_ephemeral_dh, "dss_ephemeral_dh"},
    {ClientCertificateType::fortezza_dms, "fortezza_dms"},
    {ClientCertificateType::ecdsa_sign, "ecdsa_sign"},
    {ClientCertificateType::rsa_fixed_ecdh, "rsa_fixed_ecdh"},
    {ClientCertificateType::ecdsa_fixed_ecdh, "ecdsa_fixed_ecdh"},
    {ClientCertificateType::gost_sign256, "gost_sign256"},
    {ClientCertificateType::gost_sign512, "gost_sign512"},
});

constexpr auto signature_schemes = std::to_array<Named<SignatureScheme>>({
    {SignatureScheme::rsa_pkcs1_md5, "rsa_pkcs1_md5"},
    {SignatureScheme::dsa_md5, "dsa_md5"},
    {SignatureScheme::ecdsa_md5, "ecdsa_md5"},
    {SignatureScheme::rsa_pkcs1_sha1, "rsa_pkcs1_sha1"},
    {SignatureScheme::dsa_sha1, "dsa_sha1"},
    {SignatureScheme::ecdsa_sha1, "ecdsa_sha1"},
    {SignatureScheme::rsa_pkcs1_sha224, "rsa_pkcs1_sha224"},
    {SignatureScheme::dsa_sha224, "dsa_sha224"},
    {SignatureScheme::ecdsa_sha224, "ecdsa_sha224"},
    {SignatureScheme::rsa_pkcs1_sha256, "rsa_pkcs1_sha256"},
    {SignatureScheme::dsa_sha256, "dsa_sha256"},
    {SignatureScheme::ecdsa_secp256r1_sha256, "ecdsa_secp256r1_sha256"},
    {SignatureScheme::rsa_pkcs1_sha256_legacy, "rsa_pkcs1_sha256_legacy"},
    {SignatureScheme::rsa_pkcs1_sha384, "rsa_pkcs1_sha384"},
    {SignatureScheme::dsa_sha384, "dsa_sha384"},
    {SignatureScheme::ecdsa_secp384r1_sha384, "ecdsa_secp384r1_sha384"},
    {SignatureScheme::rsa_pkcs1_sha384_legacy, "rsa_pkcs1_sha384_legacy"},
    {SignatureScheme::rsa_pkcs1_sha512, "rsa_pkcs1_sha512"},
    {SignatureScheme::dsa_sha512, "dsa_sha512"},
    {SignatureScheme::ecdsa_secp521r1_sha512, "ecdsa_secp521r1_sha512"},
    {SignatureScheme::rsa_pkcs1_sha512_legacy, "rsa_pkcs1_sha512_legacy"},
    {SignatureScheme::eccsi_sha256, "eccsi_sha256"},
    {SignatureScheme::iso_ibs1, "iso_ibs1"},
    {SignatureScheme::iso_ibs2, "iso_ibs2"},
    {SignatureScheme::iso_chinese_ibs, "iso_chinese_ibs"},
    {SignatureScheme::sm2sig_sm3, "sm2sig_sm3"},
    {SignatureScheme::gostr34102012_256a, "gostr34102012_256a"},
    {SignatureScheme::gostr34102012_256b, "gostr34102012_256b"},
    {SignatureScheme::gostr34102012_256c, "gostr34102012_256c"},
    {SignatureScheme::gostr34102012_256d, "gostr34102012_256d"},
    {SignatureScheme::gostr34102012_512a, "gostr34102012_512a"},
    {SignatureScheme::gostr34102012_512b, "gostr34102012_512b"},
    {SignatureScheme::gostr34102012_512c, "gostr34102012_512c"},
    {SignatureScheme::rsa_pss_rsae_sha256, "rsa_pss_rsae_sha256"},
    {SignatureScheme::rsa_pss_rsae_sha384, "rsa_pss_rsae_sha384"},
    {SignatureScheme::rsa_pss_rsae_sha512, "rsa_pss_rsae_sha512"},
    {SignatureScheme::ed25519, "ed25519"},
    {SignatureScheme::ed448, "ed448"},
    {SignatureScheme::rsa_pss_pss_sha256, "rsa_pss_pss_sha256"},
    {SignatureScheme::rsa_pss_pss_sha384, "rsa_pss_pss_sha384"},
    {SignatureScheme::rsa_pss_pss_sha512, "rsa_pss_pss_sha512"},
    {SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256, "ecdsa_brainpoolP256r1tls13_sha256"},
    {SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384, "ecdsa_brainpoolP384r1tls13_sha384"},
    {SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512, "ecdsa_brainpoolP512r1tls13_sha512"},
    {SignatureScheme::gostr34102012_256, "gostr34102012_256"},
    {SignatureScheme::gostr34102012_512, "gostr34102012_512"},
    {SignatureScheme::mldsa44, "mldsa44"},
    {SignatureScheme::mldsa65, "mldsa65"},
    {SignatureScheme::mldsa87, "mldsa87"},
    {SignatureScheme::slhdsa_sha2_128s, "slhdsa_sha2_128s"},
    {SignatureScheme::slhdsa_sha2_128f, "slhdsa_sha2_128f"},
    {SignatureScheme::slhdsa_sha2_192s, "slhdsa_sha2_192s"},
    {SignatureScheme::slhdsa_sha2_192f, "slhdsa_sha2_192f"},
    {SignatureScheme::slhdsa_sha2_256s, "slhdsa_sha2_256s"},
    {SignatureScheme::slhdsa_sha2_256f, "slhdsa_sha2_256f"},
    {SignatureScheme::slhdsa_shake_128s, "slhdsa_shake_128s"},
    {SignatureScheme::slhdsa_shake_128f, "slhdsa_shake_128f"},
    {SignatureScheme::slhdsa_shake_192s, "slhdsa_shake_192s"},
    {SignatureScheme::slhdsa_shake_192f, "slhdsa_shake_192f"},
    {SignatureScheme::slhdsa_shake_256s, "slhdsa_shake_256s"},
    {SignatureScheme::slhdsa_shake_256f, "slhdsa_shake_256f"},
});

constexpr auto extension_types = std::to_array<Named<ExtensionType>>({
    {ExtensionType::server_name, "server_name"},
    {ExtensionType::max_fragment_length, "max_fragment_length"},
    {ExtensionType::client_certificate_url, "client_certificate_url"},
    {ExtensionType::trusted_ca_keys, "trusted_ca_keys"},
    {ExtensionType::truncated_hmac, "truncated_hmac"},
    {ExtensionType::status_request, "status_request"},
    {ExtensionType::user_mapping, "user_mapping"},
    {ExtensionType::client_authz, "client_authz"},
    {ExtensionType::server_authz, "server_authz"},
    {ExtensionType::cert_type, "cert_type"},
    {ExtensionType::supported_groups, "supported_groups"},
    {ExtensionType::ec_point_formats, "ec_point_formats"},
    {ExtensionType::srp, "srp"},
    {ExtensionType::signature_algorithms, "signature_algorithms"},
    {ExtensionType::use_srtp, "use_srtp"},
    {ExtensionType::heartbeat, "heartbeat"},
    {ExtensionType::application_layer_protocol_negotiation, "application_layer_protocol_negotiation"},
    {ExtensionType::status_request_v2, "status_request_v2"},
    {ExtensionType::signed_certificate_timestamp, "signed_certificate_timestamp"},
    {ExtensionType::client_certificate_type, "client_certificate_type"},
    {ExtensionType::server_certificate_type, "server_certificate_type"},
    {ExtensionType::padding, "padding"},
    {ExtensionType::encrypt_then_mac, "encrypt_then_mac"},
    {ExtensionType::extended_master_secret, "extended_master_secret"},
    {ExtensionType::token_binding, "token_binding"},
    {ExtensionType::cached_info, "cached_info"},
    {ExtensionType::tls_lts, "tls_lts"},
    {ExtensionType::compress_certificate, "compress_certificate"},
    {ExtensionType::record_size_limit, "record_size_limit"},
    {ExtensionType::pwd_protect, "pwd_protect"},
    {ExtensionType::pwd_clear, "pwd_clear"},
    {ExtensionType::password_salt, "password_salt"},
    {ExtensionType::ticket_pinning, "ticket_pinning"},
    {ExtensionType::tls_cert_with_extern_psk, "tls_cert_with_extern_psk"},
    {ExtensionType::delegated_credential, "delegated_credential"},
    {ExtensionType::session_ticket, "session_ticket"},
    {ExtensionType::TLMSP, "TLMSP"},
    {ExtensionType::TLMSP_proxying, "TLMSP_proxying"},
    {ExtensionType::TLMSP_delegate, "TLMSP_delegate"},
    {ExtensionType::supported_ekt_ciphers, "supported_ekt_ciphers"},
    {ExtensionType::pre_shared_key, "pre_shared_key"},
    {ExtensionType::early_data, "early_data"},
    {ExtensionType::supported_versions, "supported_versions"},
    {ExtensionType::cookie, "cookie"},
    {ExtensionType::psk_key_exchange_modes, "psk_key_exchange_modes"},
    {ExtensionType::certificate_authorities, "certificate_authorities"},
    {ExtensionType::oid_filters, "oid_filters"},
    {ExtensionType::post_handshake_auth, "post_handshake_auth"},
    {ExtensionType::signature_algorithms_cert, "signature_algorithms_cert"},
    {ExtensionType::key_share, "key_share"},
    {ExtensionType::transparency_info, "transparency_info"},
    {ExtensionType::connection_id_deprecated, "connection_id_deprecated"},
    {ExtensionType::connection_id, "connection_id"},
    {ExtensionType::external_id_hash, "external_id_hash"},
    {ExtensionType::external_session_id, "external_session_id"},
    {ExtensionType::quic_transport_parameters, "quic_transport_parameters"},
    {ExtensionType::ticket_request, "ticket_request"},
    {ExtensionType::dnssec_chain, "dnssec_chain"},
    {ExtensionType::sequence_number_encryption_algorithms, "sequence_number_encryption_algorithms"},
    {ExtensionType::rrc, "rrc"},
    {ExtensionType::tls_flags, "tls_flags"},
    {ExtensionType::ech_outer_extensions, "ech_outer_extensions"},
    {ExtensionType::encrypted_client_hello, "encrypted_client_hello"},
    {ExtensionType::renegotiation_info, "renegotiation_info"},
});

/// RFC 8701 §2: 0x0a0a, 0x1a1a ... 0xfafa.
template <class Code> bool is_grease(Code code)
{
    const auto value = static_cast<unsigned>(code);
    return (value & 0x0f0fU) == 0x0a0aU && value >> 8U == (value & 0xffU);
}

} // namespace

std::string name(ProtocolVersion version)
{
    switch (version) {
    case ProtocolVersion::ssl3:
        return "SSL 3.0";
    case ProtocolVersion::tls10:
        return "1.0";
    case ProtocolVersion::tls11:
        return "1.1";
    case ProtocolVersion::tls12:
        return "1.2";
    case ProtocolVersion::tls13:
        return "1.3";
    }
    return hex_code(version);
}

std::string name(HandshakeType type)
{
    return find_name(handshake_types, type);
}

std::string name(AlertDescription code)
{
    return find_name(alert_descriptions, code);
}

std::string name(ClientCertificateType type)
{
    return find_name(client_certificate_types, type);
}

std::string name(SignatureScheme scheme)
{
    return is_grease(scheme) ? "grease_" + hex_code(scheme) : find_name(signature_schemes, scheme);
}

std::string name(ExtensionType type)
{
    return is_grease(type) ? "grease_" + hex_code(type) : find_name(extension_types, type);
}

} // namespace mtls::wire
