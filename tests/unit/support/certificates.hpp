#pragma once

#include <string>

#include "certs/pki/hierarchy.hpp"
#include "certs/x509/credential.hpp"

/// Certificates for tests that judge: issued once a program, at a moment that never changes.
namespace mtls::test {

/// The moment of issue: what tests call now.
constexpr x509::Time now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

inline const pki::Hierarchy& people()
{
    static const pki::Hierarchy hierarchy{pki::parse_recipe(R"(
[[authority]]
name = "root"
subject = "CN=Example Root CA,O=Example"
[[authority]]
name = "intermediate"
subject = "CN=Example Issuing CA,O=Example"
issuer = "root"
[[authority]]
name = "other-root"
subject = "CN=Other Root CA,O=Other"
[[client]]
name = "alice"
subject = "CN=Alice,O=Example"
issuer = "intermediate"
[[client]]
name = "mallory"
subject = "CN=Mallory,O=Other"
issuer = "other-root"
[[client]]
name = "expired"
issuer = "intermediate"
not_before = "-90d"
not_after = "-3d"
[[client]]
name = "future"
issuer = "intermediate"
not_before = "2d"
not_after = "90d"
[[client]]
name = "soon"
issuer = "intermediate"
not_after = "30d"
[[client]]
name = "not-so-soon"
issuer = "intermediate"
not_after = "31d"
[[client]]
name = "server-usage"
issuer = "intermediate"
usage = ["serverAuth"]
[[client]]
name = "any-usage"
issuer = "intermediate"
usage = []
[[client]]
name = "encipher-only"
issuer = "intermediate"
key_usage = ["keyEncipherment"]
[[client]]
name = "rsa"
issuer = "intermediate"
key = "rsa-2048"
[[client]]
name = "ec-p384"
issuer = "intermediate"
key = "ec-p384"
[[client]]
name = "ed25519"
issuer = "intermediate"
key = "ed25519"
[[server]]
name = "server"
issuer = "root"
)",
                                                            "people.toml"),
                                          now};
    return hierarchy;
}

inline const x509::Certificate& certificate(const std::string& name)
{
    return people().at(name).certificate;
}

/// Certificate, key and chain without the root, as an owner's file holds them.
inline x509::Credential credential(const std::string& name)
{
    const pki::Issued& issued = people().at(name);
    return {name + ".pem", issued.certificate, issued.key, issued.chain};
}

/// A name of these with PrintableStrings where it has UTF8Strings.
inline x509::Name in_printable_strings(const x509::Name& name)
{
    x509::Der der = name.der();
    for (std::size_t at = 5; at + 1 < der.size(); ++at) {
        if (der[at] == 0x0c && der[at - 3] == 0x55 && der[at - 2] == 0x04) {
            der[at] = 0x13;
        }
    }
    return x509::Name{der};
}

} // namespace mtls::test
