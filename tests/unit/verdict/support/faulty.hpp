#pragma once

#include <string>

#include "tests/unit/support/runs.hpp"

/// Certificates with faults, and servers that refuse them.
namespace mtls::test {

inline const pki::Hierarchy& faulty()
{
    static const pki::Hierarchy hierarchy{pki::parse_recipe(R"(
[[authority]]
name = "root"
subject = "CN=Root"
[[authority]]
name = "issuing"
subject = "CN=Issuing"
issuer = "root"
[[authority]]
name = "for-servers"
subject = "CN=For Servers"
issuer = "root"
usage = ["serverAuth"]
[[authority]]
name = "old"
subject = "CN=Old"
issuer = "root"
not_before = "-90d"
not_after = "-4d"
[[authority]]
name = "young"
subject = "CN=Young"
issuer = "root"
not_before = "2d"
not_after = "90d"
[[authority]]
name = "renewed"
subject = "CN=Old"
issuer = "root"
same_key_as = "old"
[[authority]]
name = "impostor"
subject = "CN=Issuing"
[[client]]
name = "good"
issuer = "issuing"
[[client]]
name = "other-good"
issuer = "issuing"
[[client]]
name = "expired"
issuer = "issuing"
not_before = "-90d"
not_after = "-3d"
[[client]]
name = "any"
issuer = "issuing"
usage = ["anyExtendedKeyUsage"]
[[client]]
name = "weak-key"
issuer = "issuing"
key = "rsa-1024"
[[client]]
name = "weak-signature"
issuer = "issuing"
digest = "sha1"
[[client]]
name = "of-servers"
issuer = "for-servers"
[[client]]
name = "of-old"
issuer = "old"
[[client]]
name = "of-young"
issuer = "young"
[[client]]
name = "self"
subject = "CN=Self"
[[client]]
name = "of-impostor"
issuer = "impostor"
)",
                                                            "faulty.toml"),
                                          now};
    return hierarchy;
}

inline const x509::Certificate& made(const std::string& name)
{
    return faulty().at(name).certificate;
}

inline x509::Credential held(const std::string& name)
{
    const pki::Issued& issued = faulty().at(name);
    return {name + ".pem", issued.certificate, issued.key, issued.chain};
}

inline x509::Credential held_alone(const std::string& name)
{
    auto credential = held(name);
    credential.chain.clear();
    return credential;
}

inline const Names names = dns({"CN=Root", "CN=Issuing"});
inline const std::string nginx = "nginx/1.22.1";
inline const std::string windows = "Microsoft-IIS/10.0";

inline Seen asks(const Names& list = names)
{
    return Seen{tls13}.asked(list);
}

inline Seen refuses(wire::AlertDescription code, const Names& list = names)
{
    return asks(list).sent().alert(code, observation::Phase::after_handshake);
}

inline Seen refuses(int status, const std::string& server, const Names& list = names)
{
    return asks(list).sent().http(status, server);
}

/// Nobody comes in without a certificate, by an alert.
inline Run by_alert(const std::string& name, wire::AlertDescription code)
{
    return Run{}
        .saw(asks().alert(wire::AlertDescription::certificate_required, observation::Phase::after_handshake))
        .tries(held(name), refuses(code));
}

inline Run by_page(const std::string& name, const std::string& server, int status)
{
    return Run{}.saw(asks().http(status, server)).tries(held(name), refuses(status, server));
}

inline std::string first(const Run& run)
{
    return run.judged().findings.front().id;
}

} // namespace mtls::test
