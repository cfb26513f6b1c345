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

std::string filler_name(std::size_t number)
{
    const std::string digits = std::to_string(number);
    const std::string padded = std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
    return "CN=Filler CA " + padded + ",O=Filler Trust Services,C=XX";
}

std::unique_ptr<Sites> make_sites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy)
{
    return scenario.personality == scenario::Personality::iis ? iis_sites(scenario, hierarchy)
                                                              : plain_sites(scenario, hierarchy);
}

} // namespace mtls::server
