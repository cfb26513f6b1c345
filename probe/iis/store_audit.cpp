#include "probe/iis/store_audit.hpp"

#include <map>
#include <set>

#include <openssl/x509.h>

namespace mtls::iis {

namespace {

enum class SameName { once, for_each };

std::size_t listed_bytes(const std::vector<x509::Certificate>& certificates, SameName same_name)
{
    constexpr std::size_t length_field = 2;
    std::set<x509::Der> names;
    std::size_t total = 0;
    for (const x509::Certificate& certificate : certificates) {
        if (names.insert(certificate.subject().der()).second || same_name == SameName::for_each) {
            total += length_field + certificate.subject().der().size();
        }
    }
    return total;
}

/// The entries whose key comes more than once, in the order of their first.
template <class Key>
std::vector<Repeated> repeated_by(const std::vector<x509::Certificate>& certificates, const Key& key)
{
    std::vector<Repeated> groups;
    std::map<x509::Der, std::size_t> places;
    for (const x509::Certificate& certificate : certificates) {
        const auto [place, is_new] = places.emplace(key(certificate), groups.size());
        if (is_new) {
            groups.push_back({certificate, 0});
        }
        ++groups[place->second].count;
    }
    std::erase_if(groups, [](const Repeated& group) { return group.count < 2; });
    return groups;
}

void judge(const x509::Certificate& certificate, x509::Time now, StoreAudit& audit)
{
    if (!certificate.is_self_issued()) {
        audit.issued_by_others.push_back(certificate);
    }
    if (certificate.not_after() && *certificate.not_after() < now) {
        audit.expired.push_back(certificate);
    } else if (certificate.not_before() && *certificate.not_before() > now) {
        audit.not_yet_valid.push_back(certificate);
    }
    if (X509_get_version(certificate.get()) == X509_VERSION_1) {
        audit.version_1.push_back(certificate);
    } else if (!certificate.is_ca()) {
        audit.no_ca.push_back(certificate);
    }
}

} // namespace

StoreAudit audit_store(const std::vector<x509::Certificate>& entries, x509::Time now)
{
    StoreAudit audit;
    audit.entries = entries.size();
    std::set<x509::Der> seen;
    for (const x509::Certificate& entry : entries) {
        if (seen.insert(entry.der()).second) {
            audit.certificates.push_back(entry);
            judge(entry, now, audit);
        }
    }
    audit.repeated = repeated_by(entries, [](const x509::Certificate& one) { return one.der(); });
    audit.same_name = repeated_by(audit.certificates, [](const x509::Certificate& one) { return one.subject().der(); });
    audit.list_bytes = listed_bytes(audit.certificates, SameName::once);
    audit.repeating_list_bytes = listed_bytes(audit.certificates, SameName::for_each);
    audit.polluted_list_bytes = listed_bytes(audit.issued_by_others, SameName::once);
    return audit;
}

} // namespace mtls::iis
