#include "probe/issuers/candidate_match.hpp"

#include "probe/issuers/name_index.hpp"

namespace mtls::issuers {

namespace {

std::vector<x509::Name> names_in(const std::vector<observation::Authority>& list)
{
    std::vector<x509::Name> names;
    for (const observation::Authority& authority : list) {
        if (authority.is_name) {
            names.push_back(authority.name);
        }
    }
    return names;
}

} // namespace

IssuerMatch match(const x509::Certificate& leaf, const std::vector<x509::Certificate>& above,
                  const std::optional<std::vector<observation::Authority>>& list)
{
    if (!list || list->empty()) {
        return {};
    }
    // RFC 8446 §4.2.4: "These distinguished names may specify a desired distinguished name for a root CA or for a
    // subordinate CA", so every issuer on the way up may be the one that is named. The leaf's own name comes last.
    std::vector<x509::Name> by_depth{leaf.issuer()};
    for (const x509::Certificate& certificate : above) {
        by_depth.push_back(certificate.issuer());
    }
    const NameIndex advertised{names_in(*list)};
    for (std::size_t level = 0; level < by_depth.size(); ++level) {
        if (const auto hit = advertised.find(by_depth[level])) {
            return {true, static_cast<int>(level) + 1, advertised.names()[hit->position], hit->match};
        }
    }
    if (const auto hit = advertised.find(leaf.subject())) {
        return {true, 0, advertised.names()[hit->position], hit->match};
    }
    return {false, std::nullopt, std::nullopt, std::nullopt};
}

} // namespace mtls::issuers
