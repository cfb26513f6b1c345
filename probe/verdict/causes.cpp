#include "probe/verdict/causes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "probe/verdict/rules/store.hpp"
#include "probe/verdict/rules/two_sets.hpp"
#include "probe/verdict/rules/variants.hpp"

namespace mtls::verdict {

namespace {

/// How much of a symptom a cause explains.
enum class Reach {
    everything,
    its_candidates, ///< only what the symptom says of the candidates that the cause speaks of as well
};

struct Link {
    std::string_view symptom;
    std::string_view cause;
    Reach reach = Reach::everything;
    bool (*when)(const Facts& facts) = nullptr; ///< null: always
    Sureness sureness = Sureness::shown;        ///< likely: counts only where what is sure does not explain everything
};

/// The alerts that servers send for any fault of a certificate.
bool an_alert_says_nothing(const Facts& facts)
{
    using wire::AlertDescription;
    return std::any_of(facts.candidates.begin(), facts.candidates.end(), [&](const CandidateFacts& candidate) {
        if (!candidate.attempt || candidate.attempt->by != RejectedBy::alert) {
            return false;
        }
        const auto& alert = facts.observations[candidate.attempt->observation].alert;
        return alert && (alert->code == AlertDescription::handshake_failure ||
                         alert->code == AlertDescription::bad_certificate ||
                         alert->code == AlertDescription::certificate_unknown);
    });
}

constexpr auto perhaps = Sureness::likely;

/// No chain of these leads back to where it began.
constexpr std::array links{
    Link{"expected-issuer-missing", "ctl-store-lost"},
    Link{"expected-issuer-missing", "root-store-polluted"},
    Link{"expected-issuer-missing", "issuer-list-truncated"},
    Link{"expected-issuer-missing", "issuer-list-empty"},
    Link{"expected-issuer-missing", "list-differs-from-trust", Reach::its_candidates},
    Link{"list-differs-from-trust", "ctl-store-lost"},
    Link{"list-differs-from-trust", "root-store-polluted"},
    Link{"list-differs-from-trust", "issuer-list-truncated"},
    Link{"unexpected-issuer", "ctl-store-lost"},
    Link{"unexpected-issuer", "list-differs-from-trust", Reach::everything, rules::names_and_trusts_differ_both_ways},
    Link{"unexpected-issuer", "root-store-polluted"},
    Link{"issuer-list-changed", "ctl-store-lost"},
    Link{"issuer-list-changed", "root-store-polluted"},
    Link{"issuer-list-changed", "issuer-list-truncated"},
    Link{"issuer-not-advertised", "ctl-store-lost"},
    Link{"issuer-not-advertised", "root-store-polluted"},
    Link{"issuer-not-advertised", "issuer-list-truncated"},
    Link{"issuer-not-advertised", "expected-issuer-missing", Reach::its_candidates},
    Link{"issuer-not-advertised", "list-differs-from-trust", Reach::its_candidates},
    Link{"issuer-not-advertised", "untrusted-by-server", Reach::its_candidates},
    Link{"expected-issuer-missing", "bindings-disagree", Reach::everything, rules::missing_is_named_elsewhere},
    Link{"unexpected-issuer", "bindings-disagree", Reach::everything, rules::missing_is_named_elsewhere},
    Link{"issuer-not-advertised", "bindings-disagree", Reach::everything, rules::missing_is_named_elsewhere},
    Link{"bindings-disagree", "ctl-store-lost", Reach::everything, rules::right_list_is_elsewhere},
    Link{"bindings-disagree", "late-request-impossible", Reach::everything, rules::only_versions_disagree},
    Link{"no-certificate-request", "late-request-impossible"},
    Link{"no-certificate-request", "upload-blocked-by-renegotiation"},
    Link{"late-certificate-request", "late-request-impossible"},
    Link{"late-certificate-request", "upload-blocked-by-renegotiation"},
    Link{"signature-algorithm-not-offered", "certificate-type-not-offered", Reach::its_candidates},
    Link{"untrusted-by-server", "ctl-store-lost"},
    Link{"untrusted-by-server", "root-store-polluted", Reach::its_candidates},
    Link{"untrusted-by-server", "issuer-list-truncated"},
    Link{"untrusted-by-server", "expected-issuer-missing", Reach::its_candidates},
    Link{"untrusted-by-server", "list-differs-from-trust", Reach::its_candidates},
    Link{"untrusted-by-server", "intermediate-missing", Reach::its_candidates},
    Link{"untrusted-by-server", "client-auth-usage-missing", Reach::its_candidates},
    Link{"rejected-by-alert", "bindings-disagree", Reach::its_candidates, rules::attempts_differ},
    Link{"rejected-by-alert", "certificate-expired", Reach::its_candidates},
    Link{"rejected-by-alert", "certificate-not-yet-valid", Reach::its_candidates},
    Link{"rejected-by-alert", "client-auth-usage-missing", Reach::its_candidates},
    Link{"rejected-by-alert", "signature-algorithm-not-offered", Reach::its_candidates},
    Link{"rejected-by-alert", "certificate-type-not-offered", Reach::its_candidates},
    Link{"rejected-by-alert", "intermediate-missing", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-alert", "untrusted-by-server", Reach::its_candidates},
    Link{"rejected-by-alert", "revoked-or-revocation-offline", Reach::its_candidates},
    Link{"rejected-by-alert", "expected-issuer-missing", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-alert", "ctl-store-lost", Reach::everything, nullptr, perhaps},
    Link{"rejected-by-alert", "issuer-not-advertised", Reach::its_candidates, an_alert_says_nothing, perhaps},
    Link{"rejected-by-http", "bindings-disagree", Reach::its_candidates, rules::attempts_differ},
    Link{"rejected-by-http", "certificate-expired", Reach::its_candidates},
    Link{"rejected-by-http", "certificate-not-yet-valid", Reach::its_candidates},
    Link{"rejected-by-http", "client-auth-usage-missing", Reach::its_candidates},
    Link{"rejected-by-http", "signature-algorithm-not-offered", Reach::its_candidates},
    Link{"rejected-by-http", "certificate-type-not-offered", Reach::its_candidates},
    Link{"rejected-by-http", "intermediate-missing", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-http", "untrusted-by-server", Reach::its_candidates},
    Link{"rejected-by-http", "revoked-or-revocation-offline", Reach::its_candidates},
    Link{"rejected-by-http", "root-store-polluted", Reach::its_candidates},
    Link{"rejected-by-http", "expected-issuer-missing", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-http", "ctl-store-lost", Reach::everything, nullptr, perhaps},
    Link{"rejected-by-http", "issuer-not-advertised", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-close", "bindings-disagree", Reach::its_candidates, rules::attempts_differ},
    Link{"rejected-by-close", "certificate-expired", Reach::its_candidates},
    Link{"rejected-by-close", "certificate-not-yet-valid", Reach::its_candidates},
    Link{"rejected-by-close", "client-auth-usage-missing", Reach::its_candidates},
    Link{"rejected-by-close", "signature-algorithm-not-offered", Reach::its_candidates},
    Link{"rejected-by-close", "certificate-type-not-offered", Reach::its_candidates},
    Link{"rejected-by-close", "intermediate-missing", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-close", "expected-issuer-missing", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-close", "ctl-store-lost", Reach::everything, nullptr, perhaps},
    Link{"rejected-by-close", "issuer-not-advertised", Reach::its_candidates, nullptr, perhaps},
    Link{"rejected-by-close", "late-request-impossible"},
    Link{"accepted-without-certificate", "no-certificate-request"},
    Link{"accepted-unexpectedly", "accepted-without-certificate"},
};

const Finding* find(const std::vector<Finding>& findings, std::string_view id)
{
    const auto found =
        std::find_if(findings.begin(), findings.end(), [id](const Finding& each) { return each.id == id; });
    return found == findings.end() ? nullptr : &*found;
}

bool shares_a_candidate(const Finding& left, const Finding& right)
{
    return std::any_of(left.candidates.begin(), left.candidates.end(), [&](std::size_t index) {
        return std::find(right.candidates.begin(), right.candidates.end(), index) != right.candidates.end();
    });
}

/// A cause, and whether it is one for sure.
struct Cause {
    const Finding* finding = nullptr;
    Sureness sureness = Sureness::shown;
};

/// Causes that the table knows for this finding, if together they explain all of it.
std::vector<Cause> nearest_causes(const Finding& symptom, const std::vector<Finding>& findings, const Facts& facts,
                                  Sureness least)
{
    std::vector<Cause> causes;
    std::set<std::size_t> open{symptom.candidates.begin(), symptom.candidates.end()};
    bool explained = false;
    for (const Link& link : links) {
        const Finding* cause = link.symptom == symptom.id ? find(findings, link.cause) : nullptr;
        if (cause == nullptr || (link.when != nullptr && !link.when(facts)) ||
            (cause->severity == Severity::info && symptom.severity != Severity::info)) {
            continue;
        }
        if ((link.reach == Reach::its_candidates && !shares_a_candidate(*cause, symptom)) ||
            (least == Sureness::shown && link.sureness == Sureness::likely)) {
            continue;
        }
        causes.push_back({cause, link.sureness});
        if (link.reach == Reach::everything) {
            explained = true;
        }
        for (const std::size_t index : cause->candidates) {
            open.erase(index);
        }
    }
    explained = explained || (!symptom.candidates.empty() && open.empty());
    return explained ? causes : std::vector<Cause>{};
}

std::vector<Cause> nearest_causes(const Finding& symptom, const std::vector<Finding>& findings, const Facts& facts)
{
    auto sure = nearest_causes(symptom, findings, facts, Sureness::shown);
    return sure.empty() ? nearest_causes(symptom, findings, facts, Sureness::likely) : sure;
}

/// `sureness` is that of the way from the symptom to here; a root is as sure as the surest way to it.
void collect_roots(const Finding& finding, const std::vector<Finding>& findings, const Facts& facts, Sureness sureness,
                   std::vector<Cause>& roots)
{
    for (const Cause& cause : nearest_causes(finding, findings, facts)) {
        const bool likely = sureness == Sureness::likely || cause.sureness == Sureness::likely ||
                            cause.finding->sureness == Sureness::likely;
        const Sureness way = likely ? Sureness::likely : Sureness::shown;
        if (!nearest_causes(*cause.finding, findings, facts).empty()) {
            collect_roots(*cause.finding, findings, facts, way, roots);
            continue;
        }
        const auto known =
            std::find_if(roots.begin(), roots.end(), [&](const Cause& root) { return root.finding == cause.finding; });
        if (known == roots.end()) {
            roots.push_back({cause.finding, way});
        } else if (way == Sureness::shown) {
            known->sureness = way;
        }
    }
}

std::string words_about_causes(const Finding& finding)
{
    if (finding.follows_from.empty()) {
        return {};
    }
    std::string ids;
    for (std::size_t at = 0; at < finding.follows_from.size(); ++at) {
        if (at > 0) {
            ids += at + 1 == finding.follows_from.size() ? " and " : ", ";
        }
        ids += finding.follows_from[at];
    }
    return (finding.sureness == Sureness::likely ? " (may follow from " : " (follows from ") + ids + ")";
}

} // namespace

void name_causes(std::vector<Finding>& findings, const Facts& facts)
{
    std::vector<std::vector<Cause>> roots(findings.size());
    for (std::size_t at = 0; at < findings.size(); ++at) {
        collect_roots(findings[at], findings, facts, Sureness::shown, roots[at]);
    }
    for (std::size_t at = 0; at < findings.size(); ++at) {
        Finding& finding = findings[at];
        if (roots[at].empty()) {
            continue;
        }
        for (const Cause& root : roots[at]) {
            finding.follows_from.push_back(root.finding->id);
        }
        if (std::all_of(roots[at].begin(), roots[at].end(),
                        [](const Cause& root) { return root.sureness == Sureness::likely; })) {
            finding.sureness = Sureness::likely;
        }
        finding.summary += words_about_causes(finding);
    }
}

std::string statement(const Finding& finding)
{
    const std::string words = words_about_causes(finding);
    return finding.summary.ends_with(words) ? finding.summary.substr(0, finding.summary.size() - words.size())
                                            : finding.summary;
}

} // namespace mtls::verdict
