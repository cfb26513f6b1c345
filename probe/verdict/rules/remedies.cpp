#include "probe/verdict/rules/remedies.hpp"

#include <fmt/format.h>

namespace mtls::verdict::rules {

namespace {

const observation::Observation* normal(const Facts& facts)
{
    return facts.request.observation ? &facts.observations[*facts.request.observation] : nullptr;
}

/// How netsh names the binding that was asked.
std::string binding(const Facts& facts)
{
    const observation::Observation* seen = normal(facts);
    const int port = seen != nullptr ? seen->variant.port : facts.target.port;
    if (seen != nullptr && seen->variant.sni) {
        return fmt::format("hostnameport={}:{}", x509::printable(*seen->variant.sni), port);
    }
    return fmt::format("ipport=0.0.0.0:{}", port);
}

/// The server's certificate as netsh wants it: the SHA-1 thumbprint, which the handshake has shown.
std::string certificate_hash(const Facts& facts)
{
    const observation::Observation* seen = normal(facts);
    return seen != nullptr && !seen->server_certificates.empty() ? seen->server_certificates.front().sha1()
                                                                 : "THUMBPRINT_AS_SHOWN";
}

/// Every parameter, since it is unverified that netsh keeps the ones that it is not told.
std::string update_binding(const Facts& facts)
{
    return fmt::format("netsh http update sslcert {} certhash={} appid={{4dc3e181-e14b-4a21-b022-59fc669b0914}} "
                       "certstorename=MY sslctlstorename=ClientAuthIssuer clientcertnegotiation=enable "
                       "verifyclientcertrevocation=AS_SHOWN verifyrevocationwithcachedclientcertonly=AS_SHOWN "
                       "usagecheck=AS_SHOWN dsmapperusage=AS_SHOWN",
                       binding(facts), certificate_hash(facts));
}

constexpr const char* fill_in =
    "Replace each AS_SHOWN by enable or disable as `show sslcert` prints it; if the binding is listed under IP:port "
    "instead of Hostname:port, write ipport=IP:PORT instead of hostnameport=.";

} // namespace

std::vector<Remedy> advertise_the_right_cas(const Facts& facts)
{
    return {
        {"iis",
         std::string{"Put the issuing CAs, and nothing else, into the store that the binding names (Ctl Store Name), "
                     "and check that the binding still names it. "} +
             fill_in,
         {"netsh http show sslcert", "certutil -addstore ClientAuthIssuer ISSUING_CA.cer", update_binding(facts)}},
        {"nginx",
         "The names come from ssl_client_certificate (not from ssl_trusted_certificate). Then nginx -t && nginx -s "
         "reload.",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;"}},
        {"apache",
         "The names come from SSLCADNRequestFile if it is set, otherwise from SSLCACertificateFile or -Path. Then "
         "apachectl graceful.",
         {"SSLCACertificateFile /etc/ssl/CLIENT_CAS.pem"}},
        {"haproxy",
         "The names come from ca-file on the bind line (not from ca-verify-file); no-ca-names switches them off.",
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
}

Remedy restore_ctl_store(const Facts& facts)
{
    return {
        "iis",
        std::string{"On the server, in an elevated prompt: look at the binding (Ctl Store Name is probably `(null)`; "
                    "IIS Manager drops it whenever the binding is edited, and a renewal script may too), put the "
                    "issuing CA into the store, then name the store again. If your store is not ClientAuthIssuer, "
                    "write its name. "} +
            fill_in,
        {"netsh http show sslcert", "certutil -addstore ClientAuthIssuer ISSUING_CA.cer", update_binding(facts)}};
}

std::vector<Remedy> ask_in_the_handshake(const Facts& facts)
{
    return {
        {"iis",
         std::string{"Let the binding negotiate client certificates, and the site accept or require them. "} + fill_in,
         {"netsh http show sslcert", update_binding(facts),
          "%windir%\\system32\\inetsrv\\appcmd set config \"SITE_NAME\" /section:access "
          "/sslFlags:\"Ssl,SslNegotiateCert,SslRequireCert\" /commit:apphost"}},
        {"nginx",
         "In the server block that this name reaches:",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;", "ssl_verify_client on;"}},
        {"apache", "In the virtual host, not in a Location or Directory:", {"SSLVerifyClient require"}},
        {"haproxy", "On the bind line:", {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
}

std::vector<Remedy> send_the_list(const Facts& facts)
{
    return {
        {"iis",
         std::string{
             "Since Server 2012 Windows sends no names unless SendTrustedIssuerList is 1. With it, name a store "
             "on the binding too, or the whole Trusted Root store is listed. Restart the server afterwards. "} +
             fill_in,
         {"reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /v SendTrustedIssuerList /t "
          "REG_DWORD /d 1 /f",
          update_binding(facts)}},
        {"nginx",
         "CAs in ssl_trusted_certificate are trusted but not named; move them to ssl_client_certificate.",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;"}},
        {"apache",
         "Check that the file of SSLCADNRequestFile or SSLCACertificateFile is not empty.",
         {"SSLCADNRequestFile /etc/ssl/CLIENT_CAS.pem"}},
        {"haproxy",
         "Take no-ca-names off the bind line, and name the CAs in ca-file, not in ca-verify-file.",
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
}

std::vector<Remedy> require_a_certificate()
{
    return {
        {"iis",
         "Require certificates instead of accepting them:",
         {"%windir%\\system32\\inetsrv\\appcmd set config \"SITE_NAME\" /section:access "
          "/sslFlags:\"Ssl,SslNegotiateCert,SslRequireCert\" /commit:apphost"}},
        {"nginx", "Not `optional` and not `optional_no_ca`:", {"ssl_verify_client on;"}},
        {"apache", "Not `optional`:", {"SSLVerifyClient require"}},
        {"haproxy", "Not `verify optional`:", {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
}

std::vector<Remedy> look_into_the_servers_log()
{
    return {
        {"iis",
         "The W3C log has sc-status sc-substatus sc-win32-status at the end of the line. Refusals in the TLS handshake "
         "are not in it: look for Schannel events in the System log.",
         {"Get-WinEvent -FilterHashtable @{LogName='System'; ProviderName='Schannel'} -MaxEvents 20 | Format-List"}},
        {"nginx",
         "The error log has the verification error at level info.",
         {"error_log /var/log/nginx/error.log info;", "grep -i 'client SSL certificate' /var/log/nginx/error.log"}},
        {"apache", "The error log has the verification error.", {"LogLevel ssl:info"}},
        {"haproxy",
         "Log the verification error of the client's certificate.",
         {"log-format \"%ci:%cp [%tr] %ft %[ssl_c_err] %[ssl_c_ca_err] %{+Q}r\""}},
    };
}

Remedy renew_certificate()
{
    return {"client",
            "Get a new certificate from the same CA. This prints the dates of the one that was tried:",
            {"openssl x509 -noout -subject -issuer -dates -in CERTIFICATE.pem"}};
}

} // namespace mtls::verdict::rules
