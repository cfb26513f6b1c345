#include "harness/server/sites.hpp"

namespace mtls::server {

std::vector<x509::Certificate> certificates(const pki::Hierarchy& hierarchy, const std::vector<std::string>& names)
{
    std::vector<x509::Certificate> result;
    result.reserve(names.size());
    for (const std::string& name : names) {
        result.push_back(hierarchy.at(name).certificate);
    }
    return result;
}

std::unique_ptr<Sites> make_sites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy)
{
    return scenario.personality == scenario::Personality::iis ? iis_sites(scenario, hierarchy)
                                                              : plain_sites(scenario, hierarchy);
}

} // namespace mtls::server
