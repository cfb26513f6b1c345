#include "harness/schannel/decision.hpp"

#include <algorithm>
#include <vector>

#include "harness/schannel/authority.hpp"
#include "harness/schannel/chains.hpp"
#include "harness/schannel/issuer_list.hpp"
#include "harness/schannel/revocation.hpp"

namespace mtls::schannel {
namespace {

using Certificates = std::vector<x509::Certificate>;

bool holds(const Certificates& store, const x509::Certificate& certificate)
{
    return std::ranges::find(store, certificate) != store.end();
}

bool ends_in_root_of(const Chain& chain, const Certificates& store)
{
    return chain.back().is_self_signed() && holds(store, chain.back());
}

bool has_issuer_named(const Chain& chain, const std::vector<x509::Name>& names)
{
    return std::ranges::any_of(chain, [&](const x509::Certificate& element) {
        return std::ranges::any_of(names, [&](const x509::Name& name) {
            return x509::Name::compare(name, element.issuer()) != x509::NameMatch::different;
        });
    });
}

Decision refuse(int substatus, Win32 why, std::string rule)
{
    return {.status = 403, .substatus = substatus, .win32 = why, .rule = std::move(rule)};
}

/// Whether one chain is good enough for the trust mode; if not, why.
std::optional<Decision> distrust(const Machine& machine, const Binding& binding, const Chain& chain)
{
    const Certificates& root = machine.stores.at(trusted_root);
    const bool complete = chain.back().is_self_signed();
    const auto mode = machine.registry.client_auth_trust_mode;
    if (mode == ClientAuthTrustMode::exclusive_ca && binding.ctl_store_name) {
        const Certificates& ctl = machine.stores.at(*binding.ctl_store_name);
        const auto above_leaf = std::span{chain}.subspan(1);
        if (std::ranges::any_of(above_leaf, [&](const auto& element) { return holds(ctl, element); })) {
            return std::nullopt;
        }
        return refuse(16, complete ? Win32::untrusted_root : Win32::chaining,
                      "ClientAuthTrustMode 2: no issuer of the chain lies in the CTL store");
    }
    const bool exclusive_root = mode == ClientAuthTrustMode::exclusive_root && binding.ctl_store_name;
    if (!complete) {
        return refuse(16, Win32::chaining, "the chain cannot be built: an issuer is missing on the server");
    }
    if (!ends_in_root_of(chain, exclusive_root ? machine.stores.at(*binding.ctl_store_name) : root)) {
        return refuse(16, Win32::untrusted_root,
                      exclusive_root ? "ClientAuthTrustMode 1: the chain's root does not lie in the CTL store"
                                     : "the chain's root does not lie in Trusted Root");
    }
    if (mode == ClientAuthTrustMode::exclusive_ca) {
        return std::nullopt;
    }
    const IssuerList list = issuer_list(machine, binding);
    if (!has_issuer_named(chain, list.names)) {
        return refuse(16, Win32::untrusted_root,
                      list.only_ca_issued
                          ? "no issuer of the chain is among the trusted issuers: Trusted Root holds CA-issued "
                            "certificates, so only those count"
                      : list.left_out > 0 ? "no issuer of the chain is among the trusted issuers, whose list was cut"
                                          : "no issuer of the chain is among the trusted issuers");
    }
    return std::nullopt;
}

bool within_validity(const x509::Certificate& certificate, x509::Time now)
{
    const auto begin = certificate.not_before();
    const auto end = certificate.not_after();
    return begin && end && *begin <= now && now <= *end;
}

std::optional<Decision> revoked(const Revocation& revocation, const Chain& chain, x509::Time now)
{
    switch (revocation_status(revocation, chain, now)) {
    case RevocationStatus::revoked:
        return refuse(13, Win32::revoked, "a certificate of the chain is revoked");
    case RevocationStatus::unknown:
        return refuse(13, Win32::revocation_offline,
                      revocation.offline ? "revocation could not be checked: no distribution point answers"
                                         : "revocation could not be checked: the CRL of an issuer is missing or old");
    case RevocationStatus::good:
        break;
    }
    return std::nullopt;
}

/// The checks that follow once a chain is trusted.
Decision judge_trusted(const Machine& machine, const Binding& binding, const Chain& chain, x509::Time now)
{
    if (!issuers_may_issue(chain)) {
        return refuse(16, Win32::basic_constraints,
                      "an issuer of the chain is no CA, may not sign certificates, or has more CAs below it than its "
                      "path length allows");
    }
    if (binding.usage_check && !issuers_allow_client_authentication(chain)) {
        return refuse(16, Win32::wrong_usage, "the extended key usage of an issuer of the chain has no clientAuth");
    }
    if (binding.usage_check && !chain.front().allows_client_authentication()) {
        return refuse(16, Win32::wrong_usage, "the certificate's extended key usage has no clientAuth");
    }
    if (!std::ranges::all_of(chain, [&](const auto& element) { return within_validity(element, now); })) {
        return refuse(17, Win32::expired, "a certificate of the chain is expired or not yet valid");
    }
    if (binding.verify_revocation) {
        if (const auto refusal = revoked(machine.revocation, chain, now)) {
            return *refusal;
        }
    }
    return {.rule = "the chain is trusted"};
}

Certificates chain_material(const Machine& machine, const Binding& binding,
                            std::span<const x509::Certificate> presented)
{
    Certificates pool{presented.begin(), presented.end()};
    const auto add = [&](std::string_view store) {
        const auto& certificates = machine.stores.at(store);
        pool.insert(pool.end(), certificates.begin(), certificates.end());
    };
    add(trusted_root);
    add(intermediate_authorities);
    if (binding.ctl_store_name) {
        add(*binding.ctl_store_name);
    }
    return pool;
}

} // namespace

Decision decide(const Machine& machine, const Binding& binding, Access access,
                std::span<const x509::Certificate> presented, x509::Time now)
{
    if (presented.empty()) {
        if (access == Access::require) {
            return refuse(7, Win32::access_denied, "a client certificate is required and none arrived");
        }
        return {.rule = "no client certificate arrived, and none is required"};
    }
    if (access == Access::ignore) {
        return {.rule = "client certificates are ignored here"};
    }
    // Untrusted is untrusted under `accept` too: http.sys judges what was sent.
    std::optional<Decision> refusal;
    for (const Chain& chain : chains(presented.front(), chain_material(machine, binding, presented))) {
        auto why = distrust(machine, binding, chain);
        if (!why) {
            Decision verdict = judge_trusted(machine, binding, chain, now);
            if (verdict.accepted()) {
                return verdict;
            }
            why = std::move(verdict);
            refusal = std::move(why); // trusted but unfit says more than another chain's distrust
            continue;
        }
        if (!refusal) {
            refusal = std::move(why);
        }
    }
    return *refusal;
}

std::uint32_t native_error(Win32 status)
{
    constexpr std::uint32_t cert_e_revoked =
        0x800b010c; // what reports of these services show; IIS logs CRYPT_E_REVOKED
    const std::uint32_t code = status == Win32::revoked ? cert_e_revoked : static_cast<std::uint32_t>(status);
    return code & 0xffffU;
}

} // namespace mtls::schannel
