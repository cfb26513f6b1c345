#include "probe/explain/finding_pages.hpp"

namespace mtls::explain {

const std::vector<FindingEntry>& refusal_findings()
{
    static const std::vector<FindingEntry> entries{
        {"rejected-by-alert",
         "critical",
         "The server refused the candidate with a TLS alert.",
         "The candidate was sent and a fatal alert came back. Certain; the alert's number is a hint at the reason, and "
         "servers differ in which they choose.",
         {{"any", "mtls-probe explain \"alert N\" for the number; the server's log has the full reason."},
          {"apache", "LogLevel ssl:info"},
          {"haproxy", "error-log-format with ssl_c_err and ssl_c_ca_err; log-format does not log failed handshakes."}}},
        {"rejected-by-http",
         "critical",
         "The server took the candidate in TLS and refused it with an HTTP status.",
         "400, 401, 403, 495 or 496 after the certificate was sent. Certain; a remote 403 page does not say whether it "
         "is "
         "16 (not trusted), 13 (revoked) or 17 (expired).",
         {{"iis", "sc-status sc-substatus sc-win32-status at the end of the log line: mtls-probe explain LOGFILE."},
          {"nginx", "The error log at level info has the verification error: mtls-probe explain LOGFILE. If there is "
                    "none, TLS has taken the certificate, and rules or the application refuse it."},
          {"apache", "LogLevel ssl:info; AH01630 in the error log is a rule (Require), not TLS."},
          {"any", "A page that says that no certificate was sent, though one was, comes from a server behind: pass the "
                  "certificate on in a header, or pass TCP through."}}},
        {"rejected-by-close",
         "critical",
         "The server hung up after the candidate was sent, without an alert.",
         "The connection was closed or reset before an answer. That the certificate is the reason is likely, if a "
         "connection without one goes further.",
         {{"haproxy", "It closes without an alert: error-log-format with ssl_c_err and ssl_c_ca_err."},
          {"any", "Ask several times (--repeat); a firewall or a crash looks the same. A server that speaks no HTTP "
                  "(MQTT, LDAP, AMQP) hangs up on the probe's request: --no-http sends none."}}},
        {"untrusted-by-server",
         "critical",
         "The server does not trust the candidate's chain: its root, or an intermediate, is not where the server "
         "looks. Or it trusts no chain like that: a key or a digest is too weak for it, a critical extension unknown, "
         "or a CA's name constraints exclude the certificate.",
         "From alert 48, or 403 after a certificate that is otherwise in order. The alert is nearly certain, the 403 "
         "only likely: look for 403 16 in the log. A flaw is seen by OpenSSL's own verification at security level 2 "
         "(the default of Debian and Ubuntu); that the refusal comes from it is likely.",
         {{"client", "A flaw: get a new certificate without it. openssl verify -auth_level 2 -purpose sslclient "
                     "-untrusted CHAIN.pem -CAfile ROOT.pem CERTIFICATE.pem names it."},
          {"iis", "Root in LocalMachine Trusted Root (not CurrentUser), intermediates in Intermediate CAs; with "
                  "ClientAuthTrustMode 1 or 2, in the binding's store. certutil -verify -urlfetch CERTIFICATE.cer."},
          {"nginx", "ssl_client_certificate or ssl_trusted_certificate must hold the root; ssl_verify_depth (1 unless "
                    "set) must be at "
                    "least the number of intermediates."},
          {"apache",
           "SSLCACertificateFile, and SSLVerifyDepth (1 unless set), which counts the root as well: 2 for one "
           "intermediate."},
          {"haproxy", "ca-file, or ca-verify-file, must hold the whole chain up to the root."}}},
        {"revoked-or-revocation-offline",
         "critical",
         "The server holds the candidate for revoked, or could not find out. IIS makes no difference: 403.13.",
         "From alert 44 (revoked for certain), or from what the server's page or log says. The two cases can only be "
         "told "
         "apart at the server.",
         {{"iis", "certutil -verify -urlfetch CERTIFICATE.cer as Local System; netsh winhttp show proxy. In the log: "
                  "2148081683 offline, 2148081680 revoked (likely)."},
          {"nginx", "ssl_crl must hold a current CRL of every CA in the chain."},
          {"any", "Ask the CA whether the certificate is revoked."}}},
        {"accepted-unexpectedly",
         "critical",
         "A candidate was accepted that, by --expect-outcome reject, should have been refused.",
         "The server's answer counts as acceptance. Certain.",
         {{"any", "Look at which CAs the server trusts, as opposed to names; and at optional verification whose result "
                  "nobody checks."}}},
    };
    return entries;
}

} // namespace mtls::explain
