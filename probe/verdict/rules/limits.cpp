#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "probe/verdict/command.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

/// What the limits say of so much time left; null: it is enough.
std::optional<Severity> severity_of(std::chrono::seconds left, const std::optional<std::chrono::days>& warning,
                                    const std::optional<std::chrono::days>& critical)
{
    if (critical && left <= *critical) {
        return Severity::critical;
    }
    return warning && left <= *warning ? std::optional{Severity::warning} : std::nullopt;
}

std::optional<Severity> severity_of(const Facts& facts, const CandidateFacts& candidate)
{
    const bool begun = !candidate.leaf.not_before() || *candidate.leaf.not_before() <= facts.now;
    if (!candidate.leaf.not_after() || !begun || expired(facts, candidate)) {
        return std::nullopt; // certificate-expired and certificate-not-yet-valid speak of those
    }
    return severity_of(*candidate.leaf.not_after() - facts.now,
                       facts.limits.warning.days_left.value_or(usual_days_left), facts.limits.critical.days_left);
}

std::string limit_in_words(const char* option, std::chrono::days limit)
{
    return fmt::format("{} asks for more than {}", option, counted(static_cast<std::size_t>(limit.count()), "day"));
}

/// The limit that was passed, cited.
std::string limit_in_words(Severity severity, const Limits& limits)
{
    if (severity == Severity::critical && limits.critical.days_left) {
        return limit_in_words("-c", *limits.critical.days_left);
    }
    return limits.warning.days_left ? limit_in_words("-w", *limits.warning.days_left)
                                    : limit_in_words("the usual limit", usual_days_left);
}

double seconds(std::chrono::milliseconds time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

std::optional<Finding> certificate_expires_soon(const Facts& facts)
{
    const auto found =
        candidates_where(facts, [&](const CandidateFacts& each) { return severity_of(facts, each).has_value(); });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "certificate-expires-soon", .severity = Severity::warning};
    finding.candidates = places(facts, found);
    x509::Time first = *found.front()->leaf.not_after();
    for (const CandidateFacts* each : found) {
        const x509::Time end = *each->leaf.not_after();
        first = std::min(first, end);
        finding.severity = std::max(finding.severity, *severity_of(facts, *each));
        finding.evidence.push_back(
            fmt::format("{}: valid until {}, {} left", label(*each), x509::rfc3339(end), days_between(facts.now, end)));
    }
    finding.evidence.push_back(limit_in_words(finding.severity, facts.limits));
    finding.summary =
        fmt::format("The client certificate expires in {}: {}", days_between(facts.now, first), labels(found));
    finding.remedies = {renew_certificate()};
    finding.references = {"RFC 5280 §4.1.2.5"};
    return finding;
}

std::optional<Finding> server_certificate_expires_soon(const Facts& facts)
{
    const auto expiry = server_expiry(facts);
    const auto severity = expiry ? severity_of(expiry->not_after - facts.now, facts.limits.warning.days_left,
                                               facts.limits.critical.days_left)
                                 : std::nullopt;
    if (!severity) {
        return std::nullopt;
    }
    const observation::Observation& seen = facts.observations[expiry->observation];
    const bool over = expiry->not_after < facts.now;
    const std::string when = over ? "expired " + days_between(expiry->not_after, facts.now) + " ago"
                                  : "expires in " + days_between(facts.now, expiry->not_after);
    Finding finding{.id = "server-certificate-expires-soon", .severity = *severity};
    finding.summary = "The server's own certificate " + when;
    finding.evidence = {fmt::format("{}: {}, valid until {}", where(seen),
                                    clipped(in_words(seen.server_certificates.front().subject()), 200),
                                    x509::rfc3339(expiry->not_after)),
                        limit_in_words(*severity, facts.limits),
                        "the clock of this machine says " + x509::rfc3339(facts.now)};
    finding.remedies = {
        {"iis",
         "Renew the certificate and bind the new one with netsh, every parameter as it was: IIS Manager and renewal "
         "tools drop the Ctl Store Name when they edit a binding. Look at the list again afterwards.",
         {"netsh http show sslcert"}},
        {"any",
         "Renew the server's certificate, then look at the list again: what renews may rewrite the binding.",
         {}}};
    finding.references = {"RFC 5280 §4.1.2.5"};
    return finding;
}

std::optional<Finding> probe_slow(const Facts& facts)
{
    const auto& [warning, critical] = facts.limits;
    const bool too_slow = critical.duration && facts.took > *critical.duration;
    if (!too_slow && !(warning.duration && facts.took > *warning.duration)) {
        return std::nullopt;
    }
    Finding finding{.id = "probe-slow", .severity = too_slow ? Severity::critical : Severity::warning};
    finding.summary = fmt::format("The probe took {:.2f} s", seconds(facts.took));
    finding.evidence.push_back(fmt::format("{} allows {} s", too_slow ? "-c" : "-w",
                                           seconds(too_slow ? *critical.duration : *warning.duration)));
    const auto slowest =
        std::max_element(facts.observations.begin(), facts.observations.end(),
                         [](const auto& left, const auto& right) { return left.duration_ms < right.duration_ms; });
    if (slowest != facts.observations.end()) {
        finding.evidence.push_back(
            fmt::format("the slowest connection: {}, {:.2f} s", where(*slowest), slowest->duration_ms / 1000));
    }
    finding.remedies = {{"any",
                         "The times of the messages say where it waits: before ServerHello the network or an "
                         "overloaded server, after Certificate often a revocation check that goes out to the CA.",
                         {command_with_candidates(facts.target, "-v")}}};
    finding.references = {"Microsoft: netsh http update sslcert, verifyrevocationwithcachedclientcertonly"};
    return finding;
}

} // namespace mtls::verdict::rules
