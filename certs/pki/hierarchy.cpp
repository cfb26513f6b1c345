#include "certs/pki/hierarchy.hpp"

#include <algorithm>

#include "certs/pki/issue.hpp"
#include "certs/pki/keys.hpp"
#include "certs/x509/config_error.hpp"

namespace mtls::pki {

namespace {

const std::string& name_of(const Issued& issued)
{
    return issued.entry.name;
}

const std::string& name_of(const IssuedCrl& issued)
{
    return issued.entry.name;
}

template <class T> auto find(const std::vector<T>& all, const std::string& name)
{
    return std::ranges::find_if(all, [&](const T& each) { return name_of(each) == name; });
}

template <class T> const T& must_find(const std::vector<T>& all, std::string_view what, const std::string& name)
{
    if (const auto found = find(all, name); found != all.end()) {
        return *found;
    }
    std::string message = "there is no " + std::string{what} + " '" + x509::printable(name) + "', only";
    for (const T& each : all) {
        message += " " + name_of(each);
    }
    throw x509::ConfigError{message};
}

Signer signer_of(const Issued& issuer)
{
    return {issuer.certificate.get(), issuer.key.get()};
}

} // namespace

Hierarchy::Hierarchy(const Recipe& recipe, x509::Time now)
{
    for (const Entry& entry : recipe.entries) {
        if (has(entry.name)) {
            throw x509::ConfigError{"two certificates are called " + entry.name};
        }
        x509::PrivateKey key = entry.same_key_as ? at(*entry.same_key_as).key : x509::PrivateKey{new_key(entry.key)};
        if (!entry.issuer) {
            auto certificate = issue(entry, key.get(), {nullptr, key.get()}, now);
            issued_.push_back({entry, std::move(certificate), std::move(key), {}});
            continue;
        }
        const Issued& issuer = at(*entry.issuer);
        std::vector<x509::Certificate> chain;
        if (issuer.entry.issuer) {
            chain.push_back(issuer.certificate);
            chain.insert(chain.end(), issuer.chain.begin(), issuer.chain.end());
        }
        auto certificate = issue(entry, key.get(), signer_of(issuer), now);
        issued_.push_back({entry, std::move(certificate), std::move(key), std::move(chain)});
    }
    for (const CrlEntry& entry : recipe.crls) {
        std::vector<x509::Certificate> revoked;
        for (const std::string& name : entry.revoked) {
            revoked.push_back(at(name).certificate);
        }
        crls_.push_back({entry, issue_crl(entry, revoked, signer_of(at(entry.issuer)), now)});
    }
}

const Issued& Hierarchy::at(const std::string& name) const
{
    return must_find(issued_, "certificate", name);
}

const IssuedCrl& Hierarchy::crl_at(const std::string& name) const
{
    return must_find(crls_, "CRL", name);
}

bool Hierarchy::has(const std::string& name) const
{
    return find(issued_, name) != issued_.end();
}

} // namespace mtls::pki
