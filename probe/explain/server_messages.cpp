#include <array>

#include "probe/explain/messages.hpp"

namespace mtls::explain {

namespace {

constexpr const char* is_it_in_the_list =
    "Is the client's issuer in the list that the server sends? mtls-probe --cert FILE HOST. If something in front ends "
    "TLS, the certificate stays there.";
constexpr const char* haproxy_log =
    "HAProxy logs the number only if told to, in the frontend: error-log-format \"%ci:%cp [%tr] %ft "
    "ssl_c_err=%[ssl_c_err] ssl_c_ca_err=%[ssl_c_ca_err] %[ssl_fc_err_str]\" (2.5 and later).";
constexpr const char* lines_around = "Look at the lines around it, of the same client and second.";
constexpr const char* ask_in_the_handshake =
    "Ask in the first handshake: SSLVerifyClient in the virtual host, not in a Location or Directory (finding "
    "late-certificate-request).";
constexpr const char* compare_offers = "Compare what both sides offer; mtls-probe --tls V HOST tries one version.";

/// Texts and codes are those of the sources of nginx 1.22, Apache 2.4, HAProxy 2.6 and OpenSSL 3.0. The first that fits
/// counts, so what is more exact stands first.
constexpr auto table = std::to_array<MessageEntry>({
    {"nginx", "", "client sent no required SSL certificate",
     "A client certificate is required, and none came (inner status 496). The client sees 400.", is_it_in_the_list},
    {"nginx", "", "client SSL certificate verify error",
     "The client's certificate did not verify (inner status 495). The client sees 400. Behind it stands why.",
     "Read the number and the words in brackets."},
    {"nginx", "", "upstream SSL certificate verify error",
     "nginx does not trust the server behind it (proxy_ssl_verify). Nothing about the client's certificate.",
     "proxy_ssl_trusted_certificate must hold the CA of the server behind nginx.", Concerns::connection},
    {"nginx", "", "client attempted to request the server name different from the one that was negotiated",
     "The Host header names another server block than SNI did, and one of them verifies clients: nginx answers 421.",
     "Let SNI and Host be the same name; a client that reuses a connection for several names must open another."},
    {"nginx", "", "client sent plain HTTP request to HTTPS port",
     "Plain HTTP on a TLS port (inner status 497). Nothing about the certificate.", "Use https://.",
     Concerns::connection},
    {"nginx", "", "peer closed connection in SSL handshake",
     "The client left in the middle of the handshake: it does not like the server's certificate or offer, or it only "
     "looked (a scanner, a check of availability, mtls-probe --list-only).",
     "Look at which clients these are.", Concerns::connection},
    {"nginx", "", "client closed connection while SSL handshaking", "The client left in the middle of the handshake.",
     "Look at which clients these are.", Concerns::connection},
    {"Apache", "AH02276", "Certificate Verification: Error",
     "The client's certificate did not verify; the number in brackets says why.",
     "mtls-probe explain \"verify N\" for that number."},
    {"Apache", "AH02039", "", "The client's certificate did not verify; the number in brackets says why.",
     "mtls-probe explain \"verify N\" for that number; LogLevel ssl:info also names the certificate."},
    {"Apache", "AH02040", "Certificate Verification: Certificate Chain too long",
     "The chain has more CA certificates than SSLVerifyDepth allows (1 unless set). Apache counts the root as well; "
     "the "
     "client gets the alert internal_error.",
     "SSLVerifyDepth 2 for a root and one intermediate, 3 for two."},
    {"Apache", "AH02009", "SSL client authentication failed, accepting certificate based on",
     "The certificate did not verify and is let in all the same: SSLVerifyClient optional_no_ca.",
     "Somebody behind Apache must look at SSL_CLIENT_VERIFY, or SSLVerifyClient require is what was meant."},
    {"Apache", "AH02262", "Re-negotiation handshake failed: Client verification failed",
     "Apache asked after the request had come, and the certificate that came did not verify. The client sees 403.",
     lines_around},
    {"Apache", "AH02263", "Re-negotiation handshake failed: Client certificate missing",
     "Apache asked after the request had come, and no certificate came. The client sees 403.", is_it_in_the_list},
    {"Apache", "AH02261", "Re-negotiation handshake failed",
     "Apache asked for a certificate after the request had come, by renegotiation (TLS 1.2), and the second handshake "
     "failed: none came, it did not verify, or the client does not renegotiate.",
     ask_in_the_handshake},
    {"Apache", "AH10158", "cannot perform post-handshake authentication",
     "Apache wants to ask for a certificate after the request has come, in TLS 1.3, and the client has not offered "
     "post-handshake authentication: browsers do not. The client sees 403.",
     ask_in_the_handshake},
    {"Apache", "AH02018", "request body exceeds maximum size",
     "A large body came before Apache could ask for the certificate (SSLRenegBufferSize). The client sees 413.",
     ask_in_the_handshake},
    {"Apache", "AH02257", "could not buffer message body to allow SSL renegotiation to proceed",
     "A body came before Apache could ask for the certificate, and could not be kept (SSLRenegBufferSize).",
     ask_in_the_handshake},
    {"Apache", "AH01974", "could not connect to OCSP responder",
     "Apache could not ask whether the certificate is revoked (SSLOCSPEnable), and refuses it with error 50.",
     "Let the server reach the CA's OCSP responder, or name another (SSLOCSPDefaultResponder)."},
    {"Apache", "AH01630", "client denied by server configuration",
     "Access rules refuse the client, TLS does not: a certificate that was required has passed. The client sees 403.",
     "Look at Require in the <Location> and <Directory> of that path, such as Require expr with SSL_CLIENT_S_DN."},
    {"Apache", "AH02221", "Requesting connection re-negotiation",
     "Apache asks for a certificate only now, after the request (TLS 1.2).", ask_in_the_handshake, Concerns::nothing},
    {"Apache", "AH02226", "Awaiting re-negotiation handshake",
     "Apache has asked for a certificate after the request (TLS 1.2), and waits.", ask_in_the_handshake,
     Concerns::nothing},
    {"Apache", "AH02008", "SSL library error 1 in handshake", "A handshake failed.", lines_around, Concerns::nothing,
     true},
    {"Apache", "AH01998", "Connection closed to child", "A connection was closed.", lines_around, Concerns::nothing,
     true},
    {"HAProxy", "", "SSL client certificate not trusted",
     "The client's own certificate did not verify: its issuer is not in ca-file, it has expired, or it is revoked.",
     haproxy_log},
    {"HAProxy", "", "SSL client CA chain cannot be verified",
     "A CA above the client's certificate did not verify: its own issuer, mostly the root, is not in ca-file, or it "
     "has "
     "expired.",
     haproxy_log},
    {"HAProxy", "", "Connection closed during SSL handshake", "The client left in the middle of the handshake.",
     "Look at which clients these are.", Concerns::connection},
    {"OpenSSL", "", "peer did not return a certificate",
     "A client certificate is required, and none came. (What Apache adds about CAs is a guess.)", is_it_in_the_list},
    {"OpenSSL", "", "certificate verify failed",
     "The other side's certificate did not verify. In a server's log that is the client's; in a client, the server's.",
     "The number of the verification error is in another line, or has to be logged."},
    {"OpenSSL", "", "no suitable signature algorithm",
     "The server's key can make no signature that the client takes. Nothing about the client's certificate.",
     compare_offers, Concerns::connection},
    {"OpenSSL", "", "no shared signature algorithms", "Server and client have no signature algorithm in common.",
     compare_offers, Concerns::connection},
    {"OpenSSL", "", "no shared cipher", "Server and client have no cipher suite in common.", compare_offers,
     Concerns::connection},
    {"OpenSSL", "", "unsupported protocol", "The client speaks only versions that the server does not.", compare_offers,
     Concerns::connection},
    {"OpenSSL", "", "wrong version number", "The other side does not speak TLS here, or not at this moment.",
     "Look at the port, and at what stands between (plain HTTP, STARTTLS, a PROXY header).", Concerns::connection},
    {"HAProxy", "", "SSL handshake failure",
     "The handshake failed. With `verify required` that is also what HAProxy says when no certificate came.",
     haproxy_log, Concerns::certificate, true},
    {"nginx", "", "SSL_do_handshake() failed", "A handshake failed. Behind it stands why, in the words of OpenSSL.",
     compare_offers, Concerns::connection, true},
});

} // namespace

std::span<const MessageEntry> server_messages()
{
    return table;
}

} // namespace mtls::explain
