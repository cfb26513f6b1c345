#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/schannel/machine.hpp"

/// The standard hierarchy, issued once per test program.
namespace lab {

using Names = std::vector<std::string>;

inline mtls::x509::Time now()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

inline const mtls::pki::Hierarchy& hierarchy()
{
    static const mtls::pki::Hierarchy made{mtls::pki::standard_recipe(), now()};
    return made;
}

inline std::vector<mtls::x509::Certificate> certificates(const Names& names)
{
    std::vector<mtls::x509::Certificate> result;
    for (const std::string& name : names) {
        result.push_back(hierarchy().at(name).certificate);
    }
    return result;
}

/// A server of one version with its stores.
inline mtls::schannel::Machine machine(const Names& root, const Names& ctl = {}, const Names& client_auth_issuer = {})
{
    mtls::schannel::Machine result;
    result.stores.put("Root", certificates(root));
    result.stores.put("CTL", certificates(ctl));
    result.stores.put("ClientAuthIssuer", certificates(client_auth_issuer));
    return result;
}

/// Subjects, as the list of names would hold them.
inline std::vector<mtls::x509::Name> subjects(const Names& names)
{
    std::vector<mtls::x509::Name> result;
    for (const auto& certificate : certificates(names)) {
        result.push_back(certificate.subject());
    }
    return result;
}

} // namespace lab
