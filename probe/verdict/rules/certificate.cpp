#include <algorithm>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

using Found = std::vector<const CandidateFacts*>;

/// The worst of what the rule says of each candidate.
template <class SeverityOf> Severity worst(const Found& found, SeverityOf severity_of)
{
    Severity severity = Severity::info;
    for (const CandidateFacts* candidate : found) {
        severity = std::max(severity, severity_of(*candidate));
    }
    return severity;
}

/// What is wrong with a certificate by itself is why it is tried where it must be refused.
Severity unless_wrong_on_purpose(const Facts& facts, Severity severity)
{
    return facts.expect_outcome == ExpectOutcome::reject ? Severity::info : severity;
}

/// What the server did with it, cited; "" if it was not presented.
std::string outcome(const Facts& facts, const CandidateFacts& candidate)
{
    if (!candidate.attempt) {
        return {};
    }
    const observation::Observation& seen = facts.observations[candidate.attempt->observation];
    return fmt::format("; the server's answer to it was: {}, {}", where(seen), ending(seen));
}

std::string usages(const x509::Certificate& certificate)
{
    std::string text;
    for (const std::string& name : certificate.extended_key_usage().value_or(std::vector<std::string>{})) {
        text += (text.empty() ? "" : ", ") + x509::printable(name);
    }
    return text.empty() ? "an empty extended key usage" : "the extended key usage " + text;
}

} // namespace

std::optional<Finding> key_mismatch(const Facts& facts)
{
    const auto found =
        candidates_where(facts, [](const CandidateFacts& each) { return each.has_key && !each.key_matches; });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "key-mismatch", .severity = Severity::critical};
    finding.candidates = places(facts, found);
    finding.summary = fmt::format("The private key does not belong to the certificate: {}", labels(found));
    for (const CandidateFacts* each : found) {
        finding.evidence.push_back(fmt::format("{}: the public key of {} is another one than that of the private key, "
                                               "so it was not presented",
                                               label(*each), in_words(each->leaf.subject())));
    }
    finding.remedies = {{"client",
                         "Find the key that was made with the request for this certificate. The two lines print the "
                         "same if they belong together.",
                         {"openssl x509 -noout -pubkey -in CERTIFICATE.pem | openssl sha256",
                          "openssl pkey -pubout -in KEY.pem | openssl sha256"}}};
    finding.references = {"RFC 8446 §4.4.3"};
    return finding;
}

std::optional<Finding> key_missing(const Facts& facts)
{
    const auto found = candidates_where(facts, [](const CandidateFacts& each) { return !each.has_key; });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "key-missing", .severity = Severity::warning};
    finding.candidates = places(facts, found);
    finding.summary = fmt::format("No private key, so it cannot be presented: {}", labels(found));
    for (const CandidateFacts* each : found) {
        finding.evidence.push_back(
            fmt::format("{}: {}, no private key found with it", label(*each), in_words(each->leaf.subject())));
    }
    finding.remedies = {{"client", "Name the key, or export the certificate with its key.", {"--key KEY.pem"}},
                        {"iis",
                         "On Windows: whether the store has the key, and mending the link to it.",
                         {"certutil -user -store My", "certutil -user -repairstore My SERIAL_NUMBER"}}};
    finding.references = {"RFC 8446 §4.4.3"};
    return finding;
}

std::optional<Finding> certificate_expired(const Facts& facts)
{
    const auto found = candidates_where(facts, [&](const CandidateFacts& each) { return expired(facts, each); });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "certificate-expired", .severity = unless_wrong_on_purpose(facts, Severity::critical)};
    finding.candidates = places(facts, found);
    finding.summary = fmt::format("The client certificate has expired: {}", labels(found));
    for (const CandidateFacts* each : found) {
        const x509::Time end = *each->leaf.not_after();
        finding.evidence.push_back(fmt::format("{}: valid until {}, {} ago{}", label(*each), x509::rfc3339(end),
                                               days_between(end, facts.now), outcome(facts, *each)));
    }
    finding.evidence.push_back("the clock of this machine says " + x509::rfc3339(facts.now));
    finding.remedies = {renew_certificate()};
    finding.references = {"RFC 5280 §4.1.2.5"};
    return finding;
}

std::optional<Finding> certificate_not_yet_valid(const Facts& facts)
{
    const auto found = candidates_where(facts, [&](const CandidateFacts& each) {
        return each.leaf.not_before() && *each.leaf.not_before() > facts.now;
    });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "certificate-not-yet-valid", .severity = unless_wrong_on_purpose(facts, Severity::critical)};
    finding.candidates = places(facts, found);
    finding.summary = fmt::format("The client certificate is not valid yet: {}", labels(found));
    for (const CandidateFacts* each : found) {
        const x509::Time start = *each->leaf.not_before();
        finding.evidence.push_back(fmt::format("{}: valid from {}, in {}{}", label(*each), x509::rfc3339(start),
                                               days_between(facts.now, start), outcome(facts, *each)));
    }
    finding.evidence.push_back("the clock of this machine says " + x509::rfc3339(facts.now));
    finding.remedies = {{"client", "Check the clock first; otherwise wait, or use another certificate.", {"date -u"}}};
    finding.references = {"RFC 5280 §4.1.2.5"};
    return finding;
}

std::optional<Finding> client_auth_usage_missing(const Facts& facts)
{
    const auto found = candidates_where(facts, [](const CandidateFacts& each) {
        return !each.leaf.allows_client_authentication() || !each.leaf.allows_digital_signature();
    });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "client-auth-usage-missing"};
    finding.candidates = places(facts, found);
    finding.severity = worst(found, [&](const CandidateFacts& each) {
        return unless_wished(facts, each, was_rejected(each) ? Severity::critical : Severity::warning);
    });
    finding.summary = fmt::format("The certificate may not be used for client authentication: {}", labels(found));
    for (const CandidateFacts* each : found) {
        if (!each->leaf.allows_client_authentication()) {
            finding.evidence.push_back(fmt::format("{}: it has {}, without clientAuth (1.3.6.1.5.5.7.3.2){}",
                                                   label(*each), usages(each->leaf), outcome(facts, *each)));
        }
        if (!each->leaf.allows_digital_signature()) {
            finding.evidence.push_back(
                fmt::format("{}: its key usage lacks digitalSignature, which the handshake needs{}", label(*each),
                            outcome(facts, *each)));
        }
    }
    finding.remedies = {{"client",
                         "Have it reissued from a template with Client Authentication (key usage digitalSignature).",
                         {"openssl x509 -noout -ext keyUsage,extendedKeyUsage -in CERTIFICATE.pem"}}};
    finding.references = {"RFC 5280 §4.2.1.12", "RFC 5280 §4.2.1.3", "RFC 8446 §4.4.2.3"};
    return finding;
}

} // namespace mtls::verdict::rules
