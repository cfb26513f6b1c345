#include "probe/verdict/judge.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "probe/verdict/causes.hpp"
#include "probe/verdict/doors.hpp"
#include "probe/verdict/finding.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/server_product.hpp"
#include "probe/verdict/summary.hpp"

namespace mtls::verdict {

namespace {

/// What mends the rest when it is mended comes first.
enum class Rank { cause, condition, symptom };

struct Entry {
    Rank rank = Rank::symptom;
    rules::Rule rule = nullptr;
};

/// Every rule; within a rank and a severity, findings stand in this order.
constexpr std::array table{
    Entry{Rank::cause, rules::accepted_unexpectedly}, // what was feared is news before anything else
    Entry{Rank::cause, rules::accepted_without_certificate},
    Entry{Rank::cause, rules::ctl_store_lost},
    Entry{Rank::cause, rules::issuer_list_truncated},
    Entry{Rank::cause, rules::root_store_polluted},
    Entry{Rank::cause, rules::malformed_certificate_request},
    Entry{Rank::cause, rules::late_request_impossible},
    Entry{Rank::cause, rules::upload_blocked_by_renegotiation},
    Entry{Rank::cause, rules::no_certificate_request},
    Entry{Rank::cause, rules::list_differs_from_trust},
    Entry{Rank::cause, rules::key_mismatch},
    Entry{Rank::cause, rules::certificate_expired},
    Entry{Rank::cause, rules::certificate_not_yet_valid},
    Entry{Rank::cause, rules::client_auth_usage_missing},
    Entry{Rank::cause, rules::bindings_disagree},
    Entry{Rank::cause, rules::certificate_type_not_offered},
    Entry{Rank::cause, rules::signature_algorithm_not_offered},
    Entry{Rank::cause, rules::intermediate_missing},
    Entry{Rank::cause, rules::key_missing},
    Entry{Rank::condition, rules::expected_issuer_missing},
    Entry{Rank::condition, rules::untrusted_by_server},
    Entry{Rank::condition, rules::revoked_or_revocation_offline},
    Entry{Rank::condition, rules::issuer_not_advertised},
    Entry{Rank::condition, rules::issuer_list_empty},
    Entry{Rank::condition, rules::issuer_encoding_differs},
    Entry{Rank::condition, rules::unexpected_issuer},
    Entry{Rank::condition, rules::issuer_list_changed},
    Entry{Rank::condition, rules::baseline_incomplete},
    Entry{Rank::condition, rules::certificate_expires_soon},
    Entry{Rank::condition, rules::server_certificate_expires_soon},
    Entry{Rank::condition, rules::probe_slow},
    Entry{Rank::condition, rules::iis_bindings_not_used},
    Entry{Rank::condition, rules::late_certificate_request},
    Entry{Rank::condition, rules::duplicate_issuer},
    Entry{Rank::condition, rules::clients_disagree},
    Entry{Rank::symptom, rules::rejected_by_alert},
    Entry{Rank::symptom, rules::rejected_by_http},
    Entry{Rank::symptom, rules::rejected_by_close},
};

/// The remedy for the server that this seems to be stands before the others, and behind what any server needs.
void own_server_first(std::vector<Remedy>& remedies, const std::string& product)
{
    const auto others = std::stable_partition(remedies.begin(), remedies.end(),
                                              [](const Remedy& remedy) { return remedy.whatever_the_server; });
    std::stable_partition(others, remedies.end(), [&](const Remedy& remedy) { return remedy.applies_to == product; });
}

struct Ranked {
    Rank rank = Rank::symptom;
    Finding finding;
};

/// What is only good to know comes last; otherwise what explains before what follows from it, and the worse first.
auto order(const Ranked& each)
{
    const Finding& finding = each.finding;
    return std::tuple{finding.severity == Severity::info, !finding.follows_from.empty(), each.rank == Rank::symptom,
                      -static_cast<int>(finding.severity), each.rank};
}

std::vector<Finding> run_rules(const Facts& facts)
{
    const std::string product = server_product(facts);
    std::vector<Finding> findings;
    std::vector<Rank> ranks;
    for (const Entry& entry : table) {
        if (auto finding = entry.rule(facts)) {
            own_server_first(finding->remedies, product);
            findings.push_back(std::move(*finding));
            ranks.push_back(entry.rank);
        }
    }
    name_causes(findings, facts);
    std::vector<Ranked> found;
    for (std::size_t at = 0; at < findings.size(); ++at) {
        found.push_back({ranks[at], std::move(findings[at])});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Ranked& left, const Ranked& right) { return order(left) < order(right); });
    findings.clear();
    for (Ranked& each : found) {
        findings.push_back(std::move(each.finding));
    }
    return findings;
}

/// The connection of a normal client, or one that presented a candidate, ended before the server said yes or no.
bool something_broke_off(const Facts& facts)
{
    return left_open(facts, facts.without_certificate) ||
           std::any_of(facts.candidates.begin(), facts.candidates.end(),
                       [&](const CandidateFacts& candidate) { return left_open(facts, candidate.attempt); });
}

Verdict verdict_of(const Facts& facts, const std::vector<Finding>& findings)
{
    if (facts.request.status == RequestStatus::undetermined) {
        return Verdict::unknown; // nobody answered as TLS, or not far enough to ask
    }
    Severity worst = Severity::info;
    for (const Finding& finding : findings) {
        worst = std::max(worst, finding.severity);
    }
    if (worst == Severity::critical) {
        return Verdict::critical;
    }
    if (an_expected_outcome_is_open(facts) || open_doors_prove_nothing(facts) || something_broke_off(facts) ||
        every_answer_is_open(facts) || nothing_compared(facts)) {
        return Verdict::unknown;
    }
    return worst == Severity::warning ? Verdict::warning : Verdict::ok;
}

} // namespace

Judgement judge(const Facts& facts)
{
    Judgement judgement;
    judgement.findings = run_rules(facts);
    judgement.verdict = verdict_of(facts, judgement.findings);
    judgement.summary = summarise(facts, judgement.verdict, judgement.findings);
    return judgement;
}

std::string explained(const Remedy& remedy)
{
    return remedy.legend.empty() ? remedy.text : remedy.text + " " + remedy.legend;
}

Verdict worse(Verdict left, Verdict right)
{
    constexpr std::array rank{0, 1, 3, 2}; // in the order of Verdict
    const auto of = [&](Verdict verdict) { return rank.at(static_cast<std::size_t>(verdict)); };
    return of(left) >= of(right) ? left : right;
}

const char* to_string(Severity severity)
{
    switch (severity) {
    case Severity::info:
        return "info";
    case Severity::warning:
        return "warning";
    case Severity::critical:
        break;
    }
    return "critical";
}

const char* to_string(Verdict verdict)
{
    switch (verdict) {
    case Verdict::ok:
        return "ok";
    case Verdict::warning:
        return "warning";
    case Verdict::critical:
        return "critical";
    case Verdict::unknown:
        break;
    }
    return "unknown";
}

} // namespace mtls::verdict
