#include "probe/verdict/rules/remedies.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/endpoint.hpp"
#include "probe/verdict/rules/netsh.hpp"
#include "probe/verdict/rules/store.hpp"

namespace mtls::verdict::rules {

std::vector<Remedy> advertise_the_right_cas(const Facts& facts)
{
    const Remedy iis{
        "iis",
        "Put the issuing CAs, and nothing else, into the store that the binding names (Ctl Store Name), and check that "
        "the binding still names it.",
        {"netsh http show sslcert", add_to_store(facts, "ISSUING_CA.cer"), update_binding(facts, store_to_name(facts))},
        fill_in(facts, store_to_name(facts))};
    return {
        iis,
        {"nginx",
         "The names come from ssl_client_certificate (not from ssl_trusted_certificate). Then nginx -t && nginx -s "
         "reload.",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;"}},
        {"apache",
         "The names come from SSLCADNRequestFile or -Path if one is set, otherwise from SSLCACertificateFile and "
         "-Path, "
         "which say who is trusted. Then apachectl graceful.",
         {"SSLCACertificateFile /etc/ssl/CLIENT_CAS.pem", "SSLCADNRequestFile /etc/ssl/CLIENT_CAS.pem"}},
        {"haproxy",
         "The names come from ca-file on the bind line (not from ca-verify-file); no-ca-names switches them off.",
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
}

namespace {

/// Which of two bindings is not as it should be, as far as expectation and candidates tell.
enum class Wrong { normal, other, not_known };

Wrong wrong_one(const Facts& facts, const observation::Observation& other)
{
    const auto names = [](const observation::Observation& seen) {
        const auto index = request_that_counts(seen);
        return index ? names_of(seen.certificate_requests[*index]) : std::vector<x509::Name>{};
    };
    const bool normal_serves = facts.comparison && facts.comparison->result == issuers::ExpectResult::match
                                   ? true
                                   : serves(facts, names(facts.observations[*facts.request.observation]));
    const bool other_serves = serves(facts, names(other));
    if (normal_serves == other_serves) {
        return Wrong::not_known;
    }
    return normal_serves ? Wrong::other : Wrong::normal;
}

/// http.sys has one binding for each name and one for each address, and they lose their settings one by one.
Remedy mend_the_other_binding(const Facts& facts, const observation::Observation* other)
{
    Remedy remedy;
    remedy.applies_to = "iis";
    remedy.text = "Compare the bindings, and give each the same Ctl Store Name and Negotiate Client Certificate (and "
                  "Disable TLS1.3). ";
    remedy.commands = {"netsh http show sslcert"};
    const Wrong wrong = other == nullptr ? Wrong::normal : wrong_one(facts, *other);
    if (other == nullptr) {
        remedy.text += "This is the line for the one that a normal client reaches.";
    } else if (wrong == Wrong::other) {
        remedy.text += fmt::format("This is the line for the one behind {}, since a normal client gets the right list.",
                                   where(*other));
    } else if (wrong == Wrong::normal) {
        remedy.text += fmt::format("This is the line for the one that a normal client reaches, since {} shows the "
                                   "right list.",
                                   where(*other));
    } else {
        remedy.text +=
            fmt::format("Which one is wrong cannot be told from here: {} is what a normal client reaches, {} "
                        "the one behind {}.",
                        endpoint_of(facts, facts.observations[*facts.request.observation]).parameter,
                        endpoint_of(facts, *other).parameter, where(*other));
    }
    constexpr const char* the_right_one = "of the binding that is right";
    // Each gets the store that the other one is known to name, if it has none itself.
    const auto& normal = facts.request.observation;
    const CtlStore for_normal =
        other == nullptr ? store_to_name(facts) : CtlStore::named(saved_store(facts, *other), the_right_one);
    const CtlStore for_other =
        CtlStore::named(normal ? saved_store(facts, facts.observations[*normal]) : std::nullopt, the_right_one);
    remedy.legend = wrong == Wrong::other ? fill_in_of(facts, *other, for_other) : fill_in(facts, for_normal);
    if (wrong != Wrong::other) {
        remedy.commands.push_back(update_binding(facts, for_normal));
    }
    if (wrong != Wrong::normal && remedy.commands.back() != update_binding_of(facts, *other, for_other)) {
        remedy.commands.push_back(update_binding_of(facts, *other, for_other));
    }
    if (const std::string more = wrong == Wrong::not_known ? endpoint_of(facts, *other).advice : ""; !more.empty()) {
        remedy.legend += " " + more;
    }
    return remedy;
}

/// One address, and answers that change by themselves: then there are several servers, each with bindings of its own.
std::vector<Remedy> find_the_back_end()
{
    return {{"iis",
             "Several servers stand behind this address, and the connections do not say which one answered. On each, "
             "compare what this prints for the binding, and set the odd one with netsh http update sslcert.",
             {"netsh http show sslcert"}},
            {"nginx",
             "Several servers stand behind this address. On each, compare what this prints.",
             {"nginx -T | grep -E 'server_name|ssl_client_certificate|ssl_verify_client'"}},
            {"apache",
             "Several servers stand behind this address. On each, compare what this prints.",
             {"grep -rE 'SSLCA|SSLVerifyClient' /etc/apache2"}}};
}

} // namespace

std::vector<Remedy> make_bindings_alike(const Facts& facts, const observation::Observation* other, Servers servers)
{
    if (servers == Servers::several) {
        return find_the_back_end();
    }
    return {
        mend_the_other_binding(facts, other),
        {"nginx",
         "Clients without SNI get the default_server block of the address: give it the same directives.",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;", "ssl_verify_client on;"}},
        {"apache",
         "Clients without SNI get the first virtual host of the address: give it the same directives.",
         {"apachectl -S", "SSLCACertificateFile /etc/ssl/CLIENT_CAS.pem", "SSLVerifyClient require"}},
        {"haproxy",
         "Give every bind line, and every line of a crt-list, the same ca-file.",
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
}

namespace {

std::string why_it_lacks_a_store(const Facts& facts)
{
    const SavedStore saved = saved_store(facts);
    if (saved == SavedStore::named) {
        return "The binding names a store: fill that one.";
    }
    return std::string{saved == SavedStore::none ? "Ctl Store Name is" : "Ctl Store Name is probably"} +
           " `(null)`: IIS Manager drops it when a binding is edited, so may a renewal tool.";
}

} // namespace

Remedy restore_ctl_store(const Facts& facts)
{
    const std::string text = "In an elevated command prompt. " + why_it_lacks_a_store(facts);
    return {
        "iis",
        text,
        {"netsh http show sslcert", add_to_store(facts, "ISSUING_CA.cer"), update_binding(facts, store_to_name(facts))},
        fill_in(facts, store_to_name(facts))};
}

Remedy shorten_the_list(const Facts& facts)
{
    return {
        "iis",
        "Give the binding a CTL store that holds the issuing CAs and nothing else; or delete from the Trusted Root "
        "store what nobody needs. Not sending the list hides it only: what is cut off is not trusted either.",
        {"netsh http show sslcert", add_to_store(facts, "ISSUING_CA.cer"), update_binding(facts, store_to_name(facts))},
        fill_in(facts, store_to_name(facts))};
}

Remedy install_the_root()
{
    return {
        "iis",
        "First look whether the root is there at all, in the store of the machine (not of a user), and add it if it "
        "is not. If it is, go on with the next fix.",
        {"certutil -store Root \"ROOT_CA_NAME\"", "certutil -addstore Root ROOT_CA.cer"}};
}

Remedy clean_the_root_store()
{
    return {
        "iis",
        "List what does not belong into Trusted Root (PowerShell), and move it to Intermediate Certification "
        "Authorities (CA). ClientAuthTrustMode 2 works around it after a reboot; its price: every CA of the store "
        "that the binding names, or of Trusted Root, is then good enough for clients.",
        {"Get-ChildItem Cert:\\LocalMachine\\Root -Recurse | Where-Object { $_.Issuer -ne $_.Subject } | Format-List "
         "Subject, Issuer, Thumbprint",
         "certutil -addstore CA INTERMEDIATE.cer", "certutil -delstore Root THUMBPRINT"}};
}

std::vector<Remedy> ask_in_the_handshake(const Facts& facts)
{
    const std::string negotiate = update_binding(facts, CtlStore::kept());
    const Remedy iis{"iis",
                     "Let the binding negotiate client certificates, and the site accept or require them.",
                     {"netsh http show sslcert", negotiate,
                      "%windir%\\system32\\inetsrv\\appcmd set config \"SITE_NAME\" /section:access "
                      "/sslFlags:\"Ssl,SslNegotiateCert,SslRequireCert\" /commit:apphost"},
                     fill_in(facts, CtlStore::kept())};
    return {
        iis,
        {"nginx",
         "In the server block that this name reaches:",
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;", "ssl_verify_client on;"}},
        {"apache", "In the virtual host, not in a Location or Directory:", {"SSLVerifyClient require"}},
        {"haproxy", "On the bind line:", {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
    };
}

std::vector<Remedy> send_the_list(const Facts& facts)
{
    const Remedy iis{
        "iis",
        "Since Server 2012 Windows sends no names unless SendTrustedIssuerList is 1. With it, name a store on the "
        "binding too, or the whole Trusted Root store is listed. Restart the server afterwards.",
        {"reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /v SendTrustedIssuerList /t "
         "REG_DWORD /d 1 /f",
         update_binding(facts, store_to_name(facts))},
        fill_in(facts, store_to_name(facts))};
    return {
        iis,
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

Remedy keep_to_tls12(const Facts& facts)
{
    return {"iis",
            "If the site must ask late, keep this binding from TLS 1.3 (Windows Server 2022 and later).",
            {update_binding(facts, CtlStore::kept(), "clientcertnegotiation=disable disabletls13=enable")},
            fill_in(facts, CtlStore::kept())};
}

std::vector<Remedy> hold_larger_bodies()
{
    return {
        {"iis",
         "Otherwise hold larger bodies (bytes), at the price of memory:",
         {"%windir%\\system32\\inetsrv\\appcmd set config \"SITE_NAME\" /section:serverRuntime "
          "/uploadReadAheadSize:10485760 /commit:apphost"}},
        {"apache", "Otherwise hold larger bodies (bytes), at the price of memory:", {"SSLRenegBufferSize 10485760"}}};
}

std::vector<Remedy> offer_every_key(const std::vector<wire::ClientCertificateType>& offered)
{
    using wire::ClientCertificateType;
    const auto has = [&](ClientCertificateType type) {
        return std::find(offered.begin(), offered.end(), type) != offered.end();
    };
    const bool rsa = has(ClientCertificateType::rsa_sign);
    const bool ec = has(ClientCertificateType::ecdsa_sign);
    const char* const kind = rsa && ec ? " (RSA 2048 or EC P-256)" : rsa ? " (RSA 2048)" : ec ? " (EC P-256)" : "";
    const char* const other = rsa == ec ? "the kind that is missing" : rsa ? "ECDSA" : "RSA";
    return {{"client", fmt::format("Use a certificate with a key of a kind that the server asks for{}.", kind), {}},
            {"any",
             fmt::format("The kinds follow from the cipher suites and signature algorithms of the server. Allow {} "
                         "there.",
                         other),
             {}}};
}

Remedy renew_certificate()
{
    return {"client",
            "Get a new certificate from the same CA. This prints the dates of the one that was tried:",
            {"openssl x509 -noout -subject -issuer -dates -in CERTIFICATE.pem"}};
}

Remedy renew_the_ca_in_the_file()
{
    return {"client",
            "Put the CA's valid certificate (of the same name and key) in place of that one, in the client's file and "
            "wherever the server has it; if there is none, get a new certificate from a CA that is valid. This prints "
            "the dates of a file:",
            {"openssl storeutl -noout -text -certs CHAIN.pem | grep -E 'Subject:|Not (Before|After)'"}};
}

} // namespace mtls::verdict::rules
