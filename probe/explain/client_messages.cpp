#include <array>

#include "probe/explain/messages.hpp"

namespace mtls::explain {

namespace {

constexpr const char* whose = "Look at which side says so: a server speaks of the client's certificate, a client of "
                              "the server's.";
constexpr const char* trust_it =
    "In a server: ClientCAs of its tls.Config must hold the root, and the client must send its intermediates. In a "
    "client: it does not trust the server.";
constexpr const char* java_trust =
    "In a server: its trust store must hold the root of the client's certificate (keytool -list), and the client must "
    "send its intermediates. In a client: it does not trust the server.";
constexpr const char* see_the_list = "Is the issuer in the server's list? mtls-probe --cert FILE HOST.";
constexpr const char* what_the_server_sent = "mtls-probe --cert FILE HOST shows the server's alert, which says more.";
constexpr const char* its_key =
    "Look at the key: permissions, card or token in its reader, PIN; import the .p12 again.";
constexpr const char* usage =
    "Its extended key usage must name clientAuth: openssl x509 -noout -ext extendedKeyUsage -in FILE.";

/// Texts are those of crypto/tls and crypto/x509 of Go, of JSSE, net_error_list.h of Chromium and sslerr.h of NSS.
constexpr auto table = std::to_array<MessageEntry>({
    {"Go", "", "tls: client didn't provide a certificate",
     "A Go server requires a client certificate, and none came. The client gets alert 116 in TLS 1.3, and 42 before.",
     see_the_list},
    {"Go", "", "x509: certificate signed by unknown authority",
     "The chain does not lead to a CA that this side trusts: the root is missing there, or an intermediate was not "
     "sent.",
     trust_it},
    {"Go", "", "x509: certificate has expired or is not yet valid",
     "A certificate of the chain is outside its dates, by the clock of the side that says so.",
     "openssl x509 -noout -dates -in FILE, also for the intermediates; compare the clocks."},
    {"Go", "", "x509: certificate specifies an incompatible key usage",
     "The certificate, or a CA above it, is not meant for this. A Go server wants clientAuth.", usage},
    {"Go", "", "tls: failed to verify certificate",
     "The other side's certificate did not verify. Behind it stands why.", whose},
    {"Go", "", "tls: failed to verify client", "The client's certificate did not verify. Behind it stands why.", whose},
    {"Java", "", "PKIX path building failed",
     "No chain leads from the other side's certificate to a CA in the trust store: the root is missing there, or an "
     "intermediate was not sent.",
     java_trust},
    {"Java", "", "unable to find valid certification path",
     "No chain leads from the other side's certificate to a CA in the trust store: the root is missing there, or an "
     "intermediate was not sent.",
     java_trust},
    {"Java", "", "PKIX path validation failed",
     "There is a chain up to a CA in the trust store, and something on it is not right: dates, usage, constraints, "
     "revocation. Behind it stands what.",
     whose},
    {"Java", "", "Extended key usage does not permit use for TLS client authentication",
     "A Java server refuses a client certificate that is not meant for clients.", usage},
    {"Java", "", "Empty client certificate chain", "A Java server requires a client certificate, and none came.",
     see_the_list},
    {"Java", "", "null cert chain", "An older Java server requires a client certificate, and none came.", see_the_list},
    {"Chromium", "ERR_SSL_CLIENT_AUTH_CERT_NEEDED", "ERR_SSL_CLIENT_AUTH_CERT_NEEDED",
     "The server asks for a certificate, and nothing chose one: no choice was shown or it was not answered.",
     "Reload the page; a policy (AutoSelectCertificateForUrls) or an embedding program may have to choose."},
    {"Chromium", "ERR_BAD_SSL_CLIENT_AUTH_CERT", "ERR_BAD_SSL_CLIENT_AUTH_CERT",
     "The server refused the certificate, or that none was sent. If nobody was asked to choose, the browser found none "
     "of an issuer in the server's list, or the choice of before was none.",
     what_the_server_sent},
    {"Chromium", "ERR_SSL_CLIENT_AUTH_PRIVATE_KEY_ACCESS_DENIED", "ERR_SSL_CLIENT_AUTH_PRIVATE_KEY_ACCESS_DENIED",
     "A certificate was chosen, and the browser may not use its key.", its_key},
    {"Chromium", "ERR_SSL_CLIENT_AUTH_CERT_NO_PRIVATE_KEY", "ERR_SSL_CLIENT_AUTH_CERT_NO_PRIVATE_KEY",
     "A certificate was chosen, and there is no key for it.", its_key},
    {"Chromium", "ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED", "ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED",
     "A certificate was chosen, and its key could not make the signature: suspect cards and old providers with "
     "RSA-PSS.",
     its_key},
    {"Chromium", "ERR_SSL_CLIENT_AUTH_CERT_BAD_FORMAT", "ERR_SSL_CLIENT_AUTH_CERT_BAD_FORMAT",
     "The client certificate cannot be read.", "openssl x509 -noout -text -in FILE."},
    {"Chromium", "ERR_SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS", "ERR_SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS",
     "The key can make no signature of the kinds that the server asks for.",
     "Compare: mtls-probe --cert FILE HOST (finding signature-algorithm-not-offered)."},
    {"Firefox", "SSL_ERROR_NO_CERTIFICATE", "SSL_ERROR_NO_CERTIFICATE",
     "A certificate, or the key for it, that is needed to authenticate could not be found.", see_the_list},
    {"Firefox", "SSL_ERROR_BAD_CERTIFICATE", "SSL_ERROR_BAD_CERTIFICATE",
     "A certificate is needed and could not be used.", what_the_server_sent},
    {"Firefox", "SSL_ERROR_SIGN_HASHES_FAILURE", "SSL_ERROR_SIGN_HASHES_FAILURE",
     "The key of the client certificate could not make the signature.", its_key},
    {"Firefox", "SSL_ERROR_RX_MALFORMED_CERT_REQUEST", "SSL_ERROR_RX_MALFORMED_CERT_REQUEST",
     "The server's certificate request breaks its specification.",
     "mtls-probe HOST says where (finding malformed-certificate-request)."},
    {"Firefox", "SSL_ERROR_RX_UNEXPECTED_CERT_REQUEST", "SSL_ERROR_RX_UNEXPECTED_CERT_REQUEST",
     "A certificate request came when none may come, such as after a TLS 1.3 handshake.",
     "mtls-probe HOST shows when the server asks (finding late-certificate-request)."},
    {"Firefox", "SSL_ERROR_MISSING_POST_HANDSHAKE_AUTH_EXTENSION", "SSL_ERROR_MISSING_POST_HANDSHAKE_AUTH_EXTENSION",
     "The server cannot ask after the handshake, since the client has not offered post-handshake authentication.",
     "Let the server ask in the first handshake (finding late-certificate-request)."},
    {"Firefox", "SSL_ERROR_RENEGOTIATION_NOT_ALLOWED", "SSL_ERROR_RENEGOTIATION_NOT_ALLOWED",
     "Renegotiation, by which servers ask late up to TLS 1.2, is not allowed.",
     "Let the server ask in the first handshake (finding late-certificate-request)."},
});

} // namespace

std::span<const MessageEntry> client_messages()
{
    return table;
}

} // namespace mtls::explain
