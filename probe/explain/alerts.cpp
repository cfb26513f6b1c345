#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr const char* server_log = "Look into the server's log of that second, at the level that shows TLS errors.";
constexpr const char* other_side = "Look at which side sent it and what it had just received: mtls-probe -v HOST.";
constexpr const char* compare_offers = "Compare what both sides offer; mtls-probe --tls V tries one version.";

constexpr auto table = std::to_array<CodeEntry>({
    {0, "close_notify", "The orderly end of a TLS connection; no failure by itself.",
     "If it came in place of an answer, the server decided to say no more. http.sys usually does not even send it."},
    {10, "unexpected_message", "A message came that does not belong at this point of the handshake.", other_side},
    {20, "bad_record_mac", "A record did not verify: changed on the way, or encrypted with other keys.",
     "Suspect a device that rewrites TLS, or a bug in a TLS library; with a card or HSM also a wrong key."},
    {21, "decryption_failed", "A record could not be decrypted (TLS 1.0 only).", other_side},
    {22, "record_overflow", "A record was longer than TLS allows.", other_side},
    {30, "decompression_failure", "Compressed data could not be unpacked (before TLS 1.3).", other_side},
    {40, "handshake_failure",
     "The server could not, or would not, agree. Before TLS 1.3 also what most servers send when a certificate is "
     "required and none came. Apache sends it after a certificate, too, when its OCSP responder does not answer "
     "(SSLOCSPEnable).",
     "If the server had asked for a certificate: look at the issuer list, it is probably why none was sent. If not, "
     "compare cipher suites and groups."},
    {41, "no_certificate", "SSL 3.0: the client has no certificate that suits.", "Look at the issuer list."},
    {42, "bad_certificate",
     "A certificate is damaged, or its signature does not verify. OpenSSL also sends it for a key or a digest that is "
     "too weak for its security level (RSA below 2048 bits, SHA-1), Go for every chain that it cannot verify, an "
     "incomplete one among them, and before TLS 1.3 if no certificate came.",
     "openssl verify -auth_level 2 -untrusted CHAIN.pem -CAfile ROOT.pem CERTIFICATE.pem; send the intermediates "
     "along."},
    {43, "unsupported_certificate",
     "A certificate is of a kind that the receiver does not take: key type, or a usage that does not allow this, its "
     "own or that of a CA above it. OpenSSL does not take anyExtendedKeyUsage for clientAuth.",
     "Look at extended key usage (clientAuth), also of the intermediates, and key type against the certificate "
     "request."},
    {44, "certificate_revoked", "The certificate was revoked by its issuer.",
     "Ask the CA; renew. Check that the server's CRL is really that of this CA."},
    {45, "certificate_expired",
     "A certificate in the chain has expired, or is not valid yet. OpenSSL also sends it for a revocation list of the "
     "server that has expired: then everybody is refused from one minute to the next.",
     "openssl x509 -noout -dates -in CERTIFICATE.pem, also for the intermediates; compare the clocks. If the dates are "
     "good: openssl crl -noout -nextupdate on the server's lists (nginx ssl_crl, Apache SSLCARevocationFile, HAProxy "
     "crl-file), and the dates of the CAs there."},
    {46, "certificate_unknown",
     "The certificate was refused for a reason that the other side does not tell. Java servers send it for nearly "
     "every failed chain. Apache sends it for a revocation list that has expired (then everybody is refused), OpenSSL "
     "for critical extensions that it does not know and for name constraints.",
     server_log},
    {47, "illegal_parameter", "A field of the handshake holds a value that is not allowed.", other_side},
    {48, "unknown_ca",
     "The chain arrived, but its CA could not be found among those that the receiver trusts, or an intermediate is "
     "missing so that the trusted one could not be reached. Sent by the server, it is about the client's certificate.",
     "Put the root (and, if the client does not send them, the intermediates) into what the server trusts; compare "
     "with the names in its list."},
    {49, "access_denied", "The certificate is valid, and its holder may not come in.",
     "Look at the server's rules: mapping to accounts, allowed subjects, fingerprints."},
    {50, "decode_error", "A message could not be parsed: a length or a field is wrong.", other_side},
    {51, "decrypt_error",
     "A cryptographic step of the handshake failed. After a client certificate: the signature in CertificateVerify "
     "does not fit the certificate.",
     "Check that key and certificate belong together; suspect cards and old providers with RSA-PSS or SHA-256."},
    {52, "too_many_cids_requested", "DTLS: more connection ids were asked for than the peer will give.", other_side},
    {60, "export_restriction", "A relic of export rules (before TLS 1.1).", other_side},
    {70, "protocol_version", "The two sides have no TLS version in common.", compare_offers},
    {71, "insufficient_security", "The server demands stronger algorithms than the client offers.", compare_offers},
    {80, "internal_error",
     "The sender failed for a reason of its own, e.g. it cannot read its private key. Apache also sends it, right "
     "after "
     "a client certificate, when the chain is longer than SSLVerifyDepth allows (1 unless set).",
     server_log},
    {86, "inappropriate_fallback", "The client came back with a lower version than the server can do (RFC 7507).",
     "Something makes the first attempt fail: find out why, instead of why the second does."},
    {90, "user_canceled", "The handshake was called off for a reason that is no failure, often a dialogue closed.",
     "Ask whether somebody cancelled the choice of a certificate or a PIN."},
    {100, "no_renegotiation",
     "The other side does not renegotiate (before TLS 1.3). A server that wants to ask for a certificate late cannot.",
     "Let the server ask in the first handshake; see finding late-certificate-request."},
    {109, "missing_extension", "A TLS 1.3 message lacks an extension that it must have.", other_side},
    {110, "unsupported_extension", "An answer holds an extension that was not asked for.", other_side},
    {111, "certificate_unobtainable", "The certificate could not be fetched from the URL given (before TLS 1.3).",
     "Send the certificate itself."},
    {112, "unrecognized_name",
     "The server knows no site by the name sent (SNI). As a warning it only remarks on it and goes on.",
     "Check the name in --sni; bindings for host names need exactly that name."},
    {113, "bad_certificate_status_response", "The stapled OCSP answer is not valid.",
     "Check the stapling of the side that sent the certificate."},
    {114, "bad_certificate_hash_value", "A certificate fetched by URL is not the one announced (before TLS 1.3).",
     "Send the certificate itself."},
    {115, "unknown_psk_identity", "The pre-shared key named is not known.",
     "Not about certificates: compare the pre-shared key settings."},
    {116, "certificate_required",
     "TLS 1.3: the server requires a client certificate and got none. It comes after the client thinks that the "
     "handshake is done.",
     "Give the client a certificate whose issuer is in the list: mtls-probe --cert FILE HOST."},
    {117, "general_error", "A failure without a closer name.", server_log},
    {120, "no_application_protocol", "None of the application protocols offered (ALPN) is spoken here.",
     "Offer another one: --alpn http/1.1."},
    {121, "ech_required", "The server demands Encrypted ClientHello.",
     "Not about client certificates: fetch the server's current ECH configuration."},
});

} // namespace

std::span<const CodeEntry> alerts()
{
    return table;
}

} // namespace mtls::explain
