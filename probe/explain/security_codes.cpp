#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr auto table = std::to_array<CodeEntry>({
    {0x80090302, "SEC_E_UNSUPPORTED_FUNCTION",
     "The security package cannot do what was asked. An SChannel client shows it when the server ended the handshake "
     "with alert 70 (protocol_version): the two sides have no TLS version in common.",
     "Compare the TLS versions of both sides: probe with --tls 1.2 and --tls 1.3 one at a time."},
    {0x80090304, "SEC_E_INTERNAL_ERROR",
     "Something failed inside the security package, or the server sent alert 80 (internal_error). With a client "
     "certificate the local reason is often a private key that cannot be used.",
     "Read the Schannel events of the same second (36870, 36887), then check the key with certutil -repairstore."},
    {0x80090308, "SEC_E_INVALID_TOKEN",
     "What came from the other side is not a handshake message that fits here. A plain-text answer on a TLS port, a "
     "proxy in between, or a peer that aborted in an unusual way does this.",
     "Look at the first bytes that came back: HTTP text, a proxy's error page, or a TLS record?"},
    {0x8009030C, "SEC_E_LOGON_DENIED",
     "The other side refused the logon. An SChannel client maps alert 49 (access_denied) to this: the certificate was "
     "understood, but its holder may not come in.",
     "Look at account mapping (DS Mapper Usage, iisClientCertificateMapping) and at authorisation on the server."},
    {0x8009030D, "SEC_E_UNKNOWN_CREDENTIALS",
     "The credentials given to the security package cannot be used. With certificates: the private key is missing, "
     "unreadable for this account, or in a container that SChannel cannot open.",
     "certutil -repairstore my THUMBPRINT tests the key; check the key's permissions for the service account."},
    {0x8009030E, "SEC_E_NO_CREDENTIALS",
     "There is nothing to authenticate with: no certificate was found, or the one found has no private key that this "
     "process may use.",
     "Check that the certificate lies in the store of the right user or machine, with a key symbol; then the issuer "
     "list."},
    {0x8009030F, "SEC_E_MESSAGE_ALTERED",
     "A protected message does not match its check value: changed on the way, or decrypted with the wrong keys.",
     "Suspect a device that rewrites TLS, or a defective network offload; try without either."},
    {0x00090312, "SEC_I_CONTINUE_NEEDED",
     "No error: the handshake needs another message. In a log as the last state it means that the other side then "
     "fell silent or closed.",
     "Look at what ended the connection after it: an alert, a reset, a timeout."},
    {0x80090317, "SEC_E_CONTEXT_EXPIRED",
     "The security context is over: the peer has closed the TLS session and something was still sent or read on it.",
     "Look for the alert or the close before it; after a late certificate request it is usually the server that gave "
     "up."},
    {0x00090317, "SEC_I_CONTEXT_EXPIRED", "No error as such: the peer ended the TLS session in order (close_notify).",
     "If it came in place of an answer, look into the server's log for why it closed."},
    {0x80090320, "SEC_E_INCOMPLETE_CREDENTIALS",
     "The server wants a client certificate and the program gave none, in a place where it cannot be supplied later.",
     "Give the program a certificate, and check that its issuer is in the server's list."},
    {0x00090320, "SEC_I_INCOMPLETE_CREDENTIALS",
     "The server asked for a client certificate and the program has not chosen one. A client may answer it by "
     "carrying on without.",
     "Look at the issuer list: a certificate whose issuer is not named is not offered. mtls-probe --cert FILE HOST."},
    {0x00090321, "SEC_I_RENEGOTIATE",
     "The server wants another handshake on a connection that is already up. On IIS: the binding does not ask in the "
     "first handshake, so the request for a certificate comes after the HTTP headers.",
     "See finding late-certificate-request; the binding setting is clientcertnegotiation=enable."},
    {0x80090322, "SEC_E_WRONG_PRINCIPAL",
     "The name in the server's certificate is not the one that the client asked for. Nothing to do with the client's "
     "own certificate.",
     "Connect by a name that the server's certificate holds; check that SNI reaches the right binding."},
    {0x80090324, "SEC_E_TIME_SKEW", "The clocks of the two machines are too far apart.",
     "Compare w32tm /query /status on both; certificates then look expired or not yet valid, too."},
    {0x80090325, "SEC_E_UNTRUSTED_ROOT",
     "The chain ends in a root that is not trusted. At a client it is either the server's chain that the client does "
     "not trust, or alert 48 (unknown_ca) from a server that does not trust the client's.",
     "Find out which way: mtls-probe shows a received alert. Then put the root into the machine's Trusted Root store "
     "of the side that refused."},
    {0x80090326, "SEC_E_ILLEGAL_MESSAGE",
     "The handshake broke in a way for which SChannel has one word: alerts 10, 40, 47 and 50 from the server all come "
     "out as this, and so does a message that cannot be parsed.",
     "Get the real alert from the Schannel event 36887 or from mtls-probe. 40 after an empty answer to a certificate "
     "request means: a certificate was required."},
    {0x80090327, "SEC_E_CERT_UNKNOWN",
     "A certificate could not be dealt with. For an SChannel client also alerts 42, 43 and 46 from the server: the "
     "client's certificate was damaged, of a kind not accepted, or refused for a reason not told.",
     "Look into the server's log for its reason; check chain, extended key usage and key type of the certificate."},
    {0x80090328, "SEC_E_CERT_EXPIRED",
     "A certificate is outside its validity period: the peer's, or, as alert 45 from the server, the client's own.",
     "openssl x509 -noout -dates -in CERTIFICATE.pem, and the clocks of both machines."},
    {0x80090329, "SEC_E_ENCRYPT_FAILURE", "A message could not be encrypted.",
     "Look for earlier errors of the same connection; a key or provider that went away (token removed) does this."},
    {0x80090330, "SEC_E_DECRYPT_FAILURE",
     "A message could not be decrypted, or the server sent alert 51 (decrypt_error): with a client certificate that "
     "means that the signature made with its key did not verify.",
     "Check that key and certificate belong together, and that the key's provider can do the signature algorithm."},
    {0x80090331, "SEC_E_ALGORITHM_MISMATCH",
     "Client and server have no algorithm in common: cipher suites, or a protocol, curve or signature algorithm "
     "switched off on one side. Alert 71 (insufficient_security) ends up here, too.",
     "Compare the offers of both sides (nmap --script ssl-enum-ciphers, Get-TlsCipherSuite). Not caused by the issuer "
     "list."},
    {0x80090333, "SEC_E_UNFINISHED_CONTEXT_DELETED",
     "The handshake was thrown away before it was complete: the program gave up, or the peer went away.",
     "Look at timeouts and at what the peer logged at that moment."},
    {0x80090337, "SEC_E_CRYPTO_SYSTEM_INVALID",
     "The cipher or provider that the context needs is not valid here, often because it has been disabled.",
     "Compare the enabled cipher suites and the FIPS policy of both machines."},
    {0x8009033A, "SEC_E_STRONG_CRYPTO_NOT_SUPPORTED",
     "The other side cannot do cryptography as strong as the policy here demands.",
     "Check key sizes and TLS versions of the other side against the policy."},
    {0x80090346, "SEC_E_BAD_BINDINGS",
     "The channel binding of the authentication does not match this TLS connection: TLS ends somewhere else than the "
     "authentication does, as behind a proxy or load balancer.",
     "Check who terminates TLS, and the setting of extended protection for authentication."},
    {0x80090349, "SEC_E_CERT_WRONG_USAGE",
     "The certificate may not be used for this. A client's needs the usage clientAuth (1.3.6.1.5.5.7.3.2) if it has "
     "an extended key usage at all.",
     "openssl x509 -noout -ext extendedKeyUsage,keyUsage -in CERTIFICATE.pem, and the same for each CA above it."},
    {0x80090350, "SEC_E_DOWNGRADE_DETECTED",
     "Somebody seems to have pushed the two sides to a weaker protocol than both can do.",
     "Look for a device between them, or for a domain controller that cannot be reached."},
    {0x80090351, "SEC_E_SMARTCARD_CERT_REVOKED", "The certificate on the smart card has been revoked.",
     "Ask the issuing CA; get a new certificate onto the card."},
    {0x80090352, "SEC_E_ISSUING_CA_UNTRUSTED",
     "The CA that issued the certificate is not trusted on the machine that checked it.",
     "Compare its chain with the machine stores (certlm.msc): root in Trusted Root, intermediates in Intermediate "
     "CAs; for logon with cards also the NTAuth store."},
    {0x80090353, "SEC_E_REVOCATION_OFFLINE_C",
     "Whether the certificate is revoked could not be found out: the revocation point did not answer.",
     "certutil -verify -urlfetch CERTIFICATE.cer on the machine that checks, as its service account."},
    {0x80090355, "SEC_E_SMARTCARD_CERT_EXPIRED", "The certificate on the smart card has expired.",
     "Renew it; check the clock before."},
    {0x8009035D, "SEC_E_INVALID_PARAMETER",
     "A parameter of the call was not valid: usually a program's own mistake, or a credential of a kind that the "
     "package does not take.",
     "Look at how the program passes its certificate and its protocol flags."},
    {0x00090360, "SEC_I_NO_RENEGOTIATION",
     "The other side refuses to negotiate anew. If the server's request for a certificate can only come that way, no "
     "certificate will ever be asked for.",
     "Let the server ask in the first handshake: on IIS clientcertnegotiation=enable on the binding."},
    {0x80090363, "SEC_E_MUTUAL_AUTH_FAILED",
     "The peer could not be authenticated as the mutual authentication that was demanded requires.",
     "Check the server's name and certificate first, then the client's."},
});

} // namespace

std::span<const CodeEntry> security_codes()
{
    return table;
}

} // namespace mtls::explain
