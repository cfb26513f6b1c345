#include "probe/explain/finding_pages.hpp"

#include <algorithm>
#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

/// Where the names come from, per server.
const std::vector<Step>& sources_of_names()
{
    static const std::vector<Step> steps{
        {"iis",
         "The store in Ctl Store Name of the binding, else LocalMachine\\ClientAuthIssuer, else Trusted Root; sent "
         "only with SendTrustedIssuerList=1. Check with netsh http show sslcert."},
        {"nginx", "ssl_client_certificate names its CAs; ssl_trusted_certificate trusts without naming."},
        {"apache", "SSLCADNRequestFile or SSLCADNRequestPath; else SSLCACertificateFile or SSLCACertificatePath."},
        {"haproxy", "ca-file on the bind line; ca-verify-file trusts without naming; no-ca-names sends none."},
        {"tomcat", "Every CA in the trust store (truststoreFile of the Connector's SSLHostConfig)."},
        {"f5", "Advertised Certificate Authorities of the client SSL profile; Trusted ones only validate."},
    };
    return steps;
}

std::vector<const FindingEntry*> entries()
{
    std::vector<const FindingEntry*> all;
    for (const auto* part : {&list_findings(), &request_findings(), &certificate_findings(), &refusal_findings()}) {
        for (const FindingEntry& entry : *part) {
            all.push_back(&entry);
        }
    }
    return all;
}

} // namespace

std::optional<Page> finding_page(std::string_view id)
{
    for (const FindingEntry* entry : entries()) {
        if (entry->id != id) {
            continue;
        }
        Page page{Kind::finding, entry->id, "", entry->meaning, entry->detection, entry->steps, entry->severity};
        if (entry->about_the_list) {
            page.next.insert(page.next.end(), sources_of_names().begin(), sources_of_names().end());
        }
        return page;
    }
    return std::nullopt;
}

std::vector<std::string_view> finding_ids()
{
    std::vector<std::string_view> ids;
    for (const FindingEntry* entry : entries()) {
        ids.emplace_back(entry->id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

} // namespace mtls::explain
