#include <chrono>

#include <fmt/format.h>

#include "probe/verdict/rules/netsh.hpp"
#include "probe/verdict/rules/remedies.hpp"

namespace mtls::verdict::rules {

namespace {

/// Today's W3C logs of all sites; IIS names them by the date in UTC.
std::string search_the_iis_log(const Facts& facts)
{
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(facts.now)};
    return fmt::format("findstr /S /C:\" 403 16 \" /C:\" 403 13 \" /C:\" 403 17 \" /C:\" 403 7 \" "
                       "%SystemDrive%\\inetpub\\logs\\LogFiles\\u_ex{:02}{:02}{:02}.log",
                       static_cast<int>(today.year()) % 100, static_cast<unsigned>(today.month()),
                       static_cast<unsigned>(today.day()));
}

constexpr const char* what_the_log_says =
    "403 16 is untrusted or invalid, 403 13 revoked or not to be checked, 403 17 expired or not yet valid, 403 7 "
    "nothing sent";

} // namespace

std::vector<Remedy> trust_the_ca(const Facts& facts, Named named)
{
    std::vector<Remedy> remedies{
        {"iis",
         fmt::format(
             "Ask its log first ({}). For 403 16: the root belongs into LocalMachine (not CurrentUser) Trusted "
             "Root, intermediates into CA, and the issuing CA into the binding's CTL store if it has one (the root "
             "as well if ClientAuthTrustMode is 1).",
             what_the_log_says),
         {search_the_iis_log(facts), "certutil -addstore Root ROOT_CA.cer", "certutil -addstore CA INTERMEDIATE.cer",
          add_to_store(facts, "ISSUING_CA.cer")}},
        {"nginx",
         "Ask its error log first: at level info (error_log FILE info;) it has the reason, and at no other. Root and "
         "intermediates belong into one file, and ssl_verify_depth must be at least the number of intermediates (1 "
         "unless set). If ssl_crl is set, it must hold a current revocation list of each of these CAs. Then nginx -t "
         "&& nginx -s reload.",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;", "ssl_verify_depth 3;"}},
        {"apache",
         "Root and intermediates belong into one file, and SSLVerifyDepth (1 unless set) must be at least the number "
         "of CAs above the certificate, the root included. If SSLCARevocationCheck is on, SSLCARevocationFile must "
         "hold a current revocation list of each of these CAs. "
         "Then apachectl graceful.",
         {"SSLCACertificateFile /etc/ssl/CLIENT_CAS.pem", "SSLVerifyDepth 3"}},
        {"haproxy",
         "Root and intermediates belong into the file of ca-file; if there is a crl-file, a current revocation list of "
         "each of them into that.",
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
    if (named == Named::no) {
        remedies.push_back({"client", "If the server is right, use a certificate of a CA that it names.", {}});
    }
    return remedies;
}

std::vector<Remedy> trust_this_very_certificate()
{
    constexpr const char* into_the_file = "Or trust this very certificate: put it into the file of CAs.";
    return {
        {.applies_to = "client",
         .text = "Use a certificate that a CA of the server has issued.",
         .commands = {},
         .whatever_the_server = true},
        {"nginx", into_the_file, {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;"}},
        {"apache", into_the_file, {"SSLCACertificateFile /etc/ssl/CLIENT_CAS.pem"}},
        {"haproxy", into_the_file, {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
        {"iis",
         "Or trust this very certificate: put it into LocalMachine Trusted Root.",
         {"certutil -addstore Root CERTIFICATE.cer"}},
    };
}

std::vector<Remedy> name_what_is_trusted(SomebodyRefused refused)
{
    std::vector<Remedy> remedies{
        {"nginx",
         "ssl_client_certificate names its CAs and trusts them; ssl_trusted_certificate trusts without naming. Put "
         "every CA whose users shall come into the first. Then nginx -t && nginx -s reload.",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;"}},
        {"apache",
         "SSLCADNRequestFile or -Path says who is named, SSLCACertificateFile or -Path who is trusted. Give both the "
         "same CAs, or leave the first out. Then apachectl graceful.",
         {"SSLCACertificateFile /etc/ssl/CLIENT_CAS.pem", "SSLCADNRequestFile /etc/ssl/CLIENT_CAS.pem"}},
        {"haproxy",
         "ca-file names its CAs and trusts them; ca-verify-file trusts without naming. Put every CA whose users shall "
         "come into the first.",
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
        {"f5",
         "In the client SSL profile, Advertised Certificate Authorities only names, and Trusted Certificate "
         "Authorities decides. Choose the same bundle for both.",
         {}},
        {"iis",
         "The names come from the store of the binding (Ctl Store Name) or, without one, from Trusted Root, where a "
         "certificate that is not self-signed hides the others (KB 2802568); whom the server trusts depends on "
         "ClientAuthTrustMode.",
         {"netsh http show sslcert",
          "reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /v "
          "ClientAuthTrustMode"}},
    };
    if (refused == SomebodyRefused::yes) {
        remedies.push_back({"any",
                            "Or the server checks revocation and lacks a list: ssl_crl, SSLCARevocationFile or "
                            "crl-file must hold a current one of every CA of the chain.",
                            {}});
    }
    return remedies;
}

Remedy send_the_chain()
{
    return {"client",
            "Put the intermediate behind the certificate (or give it to this probe with --issuer-certs, to be sure).",
            {"cat CERTIFICATE.pem INTERMEDIATE.pem > CHAIN.pem"}};
}

Remedy trust_the_root_in_mode_1()
{
    return {"iis",
            "For 403 16: with ClientAuthTrustMode 1 the store that the binding names must hold the root itself; an "
            "intermediate is not enough there.",
            {R"(reg query HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL /v ClientAuthTrustMode)",
             "certutil -addstore ClientAuthIssuer ROOT_CA.cer"}};
}

std::vector<Remedy> check_revocation(const Facts& facts)
{
    return {
        {"iis",
         fmt::format("Ask its log first ({}). For 403 13: does the server reach the revocation lists? It asks as Local "
                     "System, through the proxy of WinHTTP, not that of a user.",
                     what_the_log_says),
         {search_the_iis_log(facts), "certutil -verify -urlfetch CLIENT.cer", "netsh winhttp show proxy"}},
        {"nginx",
         "The error log at level info says `certificate revoked`, or what else. ssl_crl must hold a current list of "
         "every CA of the chain: one that is missing or out of date refuses everybody.",
         {"grep 'client SSL certificate verify error' /var/log/nginx/error.log",
          "openssl crl -noout -issuer -lastupdate -nextupdate -in FILE_OF_ssl_crl.pem"}},
        {"apache",
         "A revocation list that is out of date refuses everybody; check its dates.",
         {"openssl crl -noout -lastupdate -nextupdate -in SSLCARevocationFile.pem"}},
        {"haproxy",
         "A revocation list that is out of date refuses everybody; check its dates.",
         {"openssl crl -noout -lastupdate -nextupdate -in crl-file.pem"}},
        {"client", "If it is revoked, get a new certificate.", {}},
    };
}

Remedy ask_whether_it_is_revoked(const x509::Certificate& certificate)
{
    return {.applies_to = "client",
            .text = "Ask the CA whether it has revoked this certificate, or look for its number in the CA's list; if "
                    "it has, get a new one.",
            .commands = {fmt::format("openssl crl -noout -text -in LIST.pem | grep -i -A 1 {}", certificate.serial())},
            .whatever_the_server = true};
}

std::vector<Remedy> renew_what_is_out_of_date_there()
{
    return {
        {"nginx",
         "Renew the revocation lists of ssl_crl, and look at the dates of the CAs in ssl_client_certificate.",
         {"openssl crl -noout -issuer -lastupdate -nextupdate -in FILE_OF_ssl_crl.pem", "date -u"}},
        {"apache",
         "Renew the revocation lists of SSLCARevocationFile, and look at the dates of the CAs in SSLCACertificateFile.",
         {"openssl crl -noout -issuer -lastupdate -nextupdate -in SSLCARevocationFile.pem", "date -u"}},
        {"haproxy",
         "Renew the revocation lists of crl-file, and look at the dates of the CAs in ca-file.",
         {"openssl crl -noout -issuer -lastupdate -nextupdate -in crl-file.pem", "date -u"}},
    };
}

std::vector<Remedy> look_into_the_servers_log(const Facts& facts)
{
    return {
        {"iis",
         fmt::format(
             "Its log tells: {}. Refusals in the TLS handshake are not in it, but in the System log (PowerShell, "
             "second line).",
             what_the_log_says),
         {search_the_iis_log(facts),
          "Get-WinEvent -FilterHashtable @{LogName='System'; ProviderName='Schannel'} -MaxEvents 20 | Format-List"}},
        {"nginx",
         "The error log has the verification error at level info.",
         {"error_log /var/log/nginx/error.log info;", "grep -i 'client SSL certificate' /var/log/nginx/error.log"}},
        {"apache", "The error log has the verification error.", {"LogLevel ssl:info"}},
        {"haproxy",
         "A failed handshake is not logged by log-format: only an error-log-format (HAProxy 2.5 and later, in the "
         "frontend) has the verification error.",
         {"error-log-format \"%ci:%cp [%tr] %ft ssl_c_err=%[ssl_c_err] ssl_c_ca_err=%[ssl_c_ca_err] "
          "%[ssl_fc_err_str]\""}},
    };
}

std::vector<Remedy> pass_the_certificate_on()
{
    constexpr const char* one_way =
        "The certificate cannot pass this server, where TLS ends. Verify it here, and hand it on in a header, which "
        "this server must always set itself (or clients could forge it); the server behind then must not demand one.";
    return {
        {"nginx",
         std::string{one_way} + " Behind: ssl_verify_client off.",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;", "ssl_verify_client on;",
          "proxy_set_header X-Client-Cert $ssl_client_escaped_cert;"}},
        {"haproxy",
         one_way,
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required",
          "http-request set-header X-Client-Cert %[ssl_c_der,base64]"}},
        {"apache",
         one_way,
         {"SSLVerifyClient require", "SSLOptions +ExportCertData",
          "RequestHeader set X-Client-Cert \"%{SSL_CLIENT_CERT}s\""}},
        {"any",
         "Or pass TCP through, so that TLS ends at the server behind: stream { } with proxy_pass in nginx, mode tcp in "
         "HAProxy, TLS passthrough of a load balancer.",
         {}},
        {"any",
         "Or, if the server behind shall only know that it talks to this one, give this one a certificate of its own "
         "for that: nginx proxy_ssl_certificate, HAProxy crt on the server line, Apache "
         "SSLProxyMachineCertificateFile.",
         {}},
    };
}

std::vector<Remedy> look_into_the_access_rules()
{
    const auto look = [](const char* where) {
        return fmt::format("TLS has taken the certificate, so there is no verification error in any log. {}", where);
    };
    return {
        {"nginx",
         look("Look for rules on $ssl_client_s_dn, $ssl_client_verify and their kin (map, if, auth_request), for allow "
              "and deny, and into the log of the application behind."),
         {"nginx -T | grep -nE 'ssl_client_|auth_request|allow |deny |return 40[13]'"}},
        {"apache",
         look("Look for Require, Require expr and SSLRequire; the error log has AH01630 for them."),
         {"grep -rnE 'Require|SSL_CLIENT_' /etc/apache2", "grep AH01630 /var/log/apache2/error.log"}},
        {"haproxy",
         look("Look for rules on ssl_c_s_dn, ssl_c_verify and their kin, and into the log of what stands behind."),
         {"grep -nE 'http-request (deny|auth)|ssl_c_' /etc/haproxy/haproxy.cfg"}},
        {"any",
         look("Ask the application: whether it knows the certificate's subject, and which rights that has there."),
         {}},
    };
}

} // namespace mtls::verdict::rules
