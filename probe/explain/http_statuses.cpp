#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr auto table = std::to_array<StatusEntry>({
    {400, -1,
     "A bad request in general. nginx and Azure Application Gateway answer so when a client certificate is required "
     "and missing, or did not verify; the page says which, nginx logs it as 496 or 495.",
     "mtls-probe --cert FILE HOST; on nginx the error log at level info has the verification error."},
    {401, -1, "The server wants a logon. A certificate may have arrived, but is not mapped to an account.",
     "Look at the authentication methods of the site and at certificate mapping."},
    {401, 1, "The logon failed: a name and a password, or the account that a certificate is mapped to.",
     "Look at the mapping of the certificate, and whether the account is locked or has expired."},
    {401, 2,
     "The server's configuration denied the logon. The certificate, if one was asked for, has passed; but no "
     "authentication method that is turned on took it as a logon.",
     "Authentication of the site: anonymous, or iisClientCertificateMappingAuthentication with a mapping."},
    {401, 3, "The account that is logged on may not read the file or folder (its access control list).",
     "Look at the permissions for the account that the certificate is mapped to, or for the anonymous one."},
    {401, 4, "A filter on the server (ISAPI or module) denied it.", "Ask whoever runs that filter."},
    {401, 5, "The application behind IIS denied it. The certificate has passed IIS.", "Ask the application's log."},
    {403, -1,
     "Forbidden. A remote client does not get the substatus, which says why; it is in the server's log: 403.7 no "
     "certificate arrived, 403.16 not trusted, 403.13 revoked or revocation unknown, 403.17 expired.",
     "Read sc-status, sc-substatus and sc-win32-status in the log of the site: mtls-probe explain LOGFILE."},
    {403, 1, "The folder may not execute programs. Not about the certificate: IIS has let it pass.",
     "Handler mappings, feature permissions of the folder."},
    {403, 2, "The folder may not be read. Not about the certificate: IIS has let it pass.",
     "Handler mappings, feature permissions of the folder."},
    {403, 3, "The folder may not be written to. Not about the certificate: IIS has let it pass.",
     "Permissions of the folder for the account that is logged on."},
    {403, 4, "The address can only be reached over TLS (SSL required).", "Use https:// instead of http://."},
    {403, 5, "The site requires 128-bit encryption.", "A relic: every current cipher suite fulfils it."},
    {403, 6, "The client's IP address is not allowed, or is forbidden. Says nothing of the certificate.",
     "IP Address and Domain Restrictions of the site; or try from another machine."},
    {403, 7,
     "No client certificate arrived. That does not mean that the user has none: a client that finds no certificate "
     "from a CA in the server's list sends nothing. The same happens when something in front of IIS ends TLS.",
     "mtls-probe --cert FILE HOST: is the issuer in the list? On IIS the list comes from the binding's Ctl Store Name, "
     "then ClientAuthIssuer, then Trusted Root (finding ctl-store-lost).",
     true},
    {403, 8, "The site is denied to the client's domain name. Says nothing of the certificate.",
     "IP Address and Domain Restrictions of the site."},
    {403, 12, "The certificate was accepted, and the mapping to an account denied it.",
     "Look at iisClientCertificateMapping or Active Directory mapping (DS Mapper Usage on the binding).", true},
    {403, 13,
     "The certificate is revoked, or whether it is could not be found out. sc-win32-status tells: 2148081683 is "
     "\"revocation point offline\", 2148081680 most likely revoked.",
     "On the server, as Local System: certutil -verify -urlfetch CERTIFICATE.cer; netsh winhttp show proxy.", true},
    {403, 14,
     "No default document, and listing the directory is off. Not about the certificate: IIS looks for a document only "
     "when the certificate has passed.",
     "Ask for a path that exists (https://HOST/PATH), or give the site a default document."},
    {403, 16,
     "A certificate arrived and is not trusted, or not valid for this: wrong or missing root, missing intermediate, "
     "wrong usage, or a Trusted Root store that holds certificates that are not self-signed (KB 2802568). "
     "sc-win32-status tells more.",
     "Explain the number after it as well. Check the root in LocalMachine, the intermediates, and the store: "
     "mtls-probe audit-store on an export of Trusted Root.",
     true},
    {403, 17, "The certificate has expired or is not valid yet, by the server's clock.",
     "openssl x509 -noout -dates -in CERTIFICATE.pem; w32tm /query /status on the server.", true},
    {403, 18, "The address cannot be run in this application pool. Not about the certificate: IIS has let it pass.",
     "Look for a rewrite or a custom error page that leads into another pool."},
    {403, 501, "Dynamic IP restriction: too many connections at once from this address.",
     "Probe less at a time, or allow the address in Dynamic IP Restrictions."},
    {403, 502, "Dynamic IP restriction: too many requests from this address in a short time.",
     "Wait, or allow the address in Dynamic IP Restrictions."},
    {413, -1,
     "Request body too large. With client certificates: IIS must read the body before it can renegotiate, and the "
     "body is over uploadReadAheadSize (49,152 bytes by default). Apache: over SSLRenegBufferSize.",
     "Let the server ask in the first handshake (IIS: clientcertnegotiation=enable; Apache: SSLVerifyClient for the "
     "whole host)."},
    {495, -1, "nginx's own status: the client's certificate did not verify. The client sees it as 400.",
     "The error log at level info says why (error_log FILE info; mtls-probe explain FILE). ssl_client_certificate must "
     "hold the root; ssl_verify_depth must be at least the number of intermediates (1 unless set, which is enough for "
     "one)."},
    {496, -1, "nginx's own status: a client certificate is required and none came. The client sees it as 400.",
     "Is the client's issuer in the list? nginx sends the names in ssl_client_certificate, not those in "
     "ssl_trusted_certificate."},
    {497, -1, "nginx's own status: plain HTTP on a TLS port.", "Use https://."},
    {500, 0,
     "A failure of the server. With sc-win32-status 50 (0x80070032) on Server 2025 or Windows 11 24H2: the site wants "
     "a certificate after the handshake, which TLS 1.3 there does not do (reported, not documented).",
     "Let the binding ask in the first handshake (clientcertnegotiation=enable), or turn TLS 1.3 off for it "
     "(disabletls13=enable)."},
    {500, -1,
     "A failure of the server, not a word about the certificate. Reported from Server 2025 with 0x80070032 when a "
     "certificate is asked for late in TLS 1.3.",
     "Look for sc-win32-status in the log and explain it, too."},
});

constexpr auto elsewhere = std::to_array<StatusEntry>({
    {401, -1, "The application, or a rule, wants a logon. TLS has let the client pass.",
     "Ask the log of the application behind."},
    {403, -1,
     "Forbidden. In nginx and Apache that comes after TLS: a rule (deny, Require, a map of the certificate's subject), "
     "a "
     "certificate that was optional and is missing, or the application behind. Apache that asks late answers so as "
     "well.",
     "Its error log: AH01630 is a rule of Apache, AH02261 to AH02263 and AH10158 that the late request failed "
     "(mtls-probe explain ERROR_LOG). A certificate that does not verify is 400 in nginx, and an alert in Apache."},
    {413, -1,
     "Request body too large: client_max_body_size of nginx, LimitRequestBody of Apache, or, where Apache asks late "
     "for "
     "a certificate, over SSLRenegBufferSize.",
     "Apache: let it ask in the first handshake (SSLVerifyClient for the whole host)."},
    {500, -1, "A failure of the server or of the application, not a word about the certificate.", "Its error log."},
});

} // namespace

std::span<const StatusEntry> http_statuses()
{
    return table;
}

std::span<const StatusEntry> http_statuses_elsewhere()
{
    return elsewhere;
}

} // namespace mtls::explain
