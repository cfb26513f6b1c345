#include "probe/handshake/plan.hpp"

#include <algorithm>

namespace mtls::handshake {

using observation::Observation;
using observation::Outcome;
using observation::Variant;
using wire::ProtocolVersion;

namespace {

using Versions = std::vector<ProtocolVersion>;

/// The groups of versions to offer, the highest first.
std::vector<Versions> version_groups(Versions versions, Breadth breadth)
{
    if (versions.empty()) {
        versions = {ProtocolVersion::tls10, ProtocolVersion::tls11, ProtocolVersion::tls12, ProtocolVersion::tls13};
    }
    std::sort(versions.begin(), versions.end());
    versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
    if (breadth == Breadth::normal_only) {
        return {versions};
    }
    std::vector<Versions> groups;
    if (breadth == Breadth::every) {
        for (const auto version : versions) {
            groups.push_back({version});
        }
        std::reverse(groups.begin(), groups.end());
        return groups;
    }
    if (versions.back() == ProtocolVersion::tls13) {
        groups.push_back({ProtocolVersion::tls13});
        versions.pop_back();
    }
    if (!versions.empty()) {
        groups.push_back(versions);
    }
    return groups;
}

bool silent_before_server_hello(const Observation& seen)
{
    const bool ended_early = seen.outcome == Outcome::alert || seen.outcome == Outcome::closed ||
                             seen.outcome == Outcome::reset || seen.outcome == Outcome::protocol_error;
    return ended_early && !seen.negotiated;
}

} // namespace

std::vector<Variant> plan_variants(const Plan& plan)
{
    std::vector<std::optional<std::string>> names{plan.sni};
    if (plan.sni && plan.breadth != Breadth::normal_only) {
        names.emplace_back();
    }
    std::vector<Variant> variants;
    for (const auto& address : plan.addresses) {
        for (const auto& name : names) {
            for (const auto& versions : version_groups(plan.versions, plan.breadth)) {
                for (unsigned turn = 0; turn < plan.repeat; ++turn) {
                    variants.push_back({address, plan.port, name, versions});
                }
            }
        }
    }
    return variants;
}

std::vector<Variant> plan_fallback(const std::vector<Observation>& seen)
{
    const bool somebody_answered =
        std::any_of(seen.begin(), seen.end(), [](const Observation& one) { return one.negotiated.has_value(); });
    std::vector<Variant> variants;
    if (somebody_answered) {
        return variants;
    }
    for (const Observation& one : seen) {
        const auto& offered = one.variant.tls_offered;
        const auto old = [&](ProtocolVersion version) {
            return std::find(offered.begin(), offered.end(), version) != offered.end() && offered.back() > version;
        };
        if (!silent_before_server_hello(one)) {
            continue;
        }
        for (const auto version : {ProtocolVersion::tls11, ProtocolVersion::tls10}) {
            Variant again = one.variant;
            again.tls_offered = {version};
            if (old(version) && std::find(variants.begin(), variants.end(), again) == variants.end()) {
                variants.push_back(std::move(again));
            }
        }
    }
    return variants;
}

} // namespace mtls::handshake
