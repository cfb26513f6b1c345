#include <algorithm>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/faults.hpp"
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

/// Those of whom the certificate itself is so, and those of whom a CA above it is.
struct OutOfDate {
    Found themselves;
    Found above;

    [[nodiscard]] bool empty() const { return themselves.empty() && above.empty(); }
};

OutOfDate out_of_date(const Facts& facts, Validity what)
{
    return {candidates_where(facts, [&](const CandidateFacts& each) { return validity(facts, each.leaf) == what; }),
            candidates_where(facts, [&](const CandidateFacts& each) {
                return validity(facts, each.leaf) == Validity::valid && ca_above_that_is(what, facts, each) != nullptr;
            })};
}

/// "from its own file", or where else the run knows it from.
std::string source(const CandidateFacts& candidate, const x509::Certificate& above)
{
    return std::ranges::find(candidate.chain, above) != candidate.chain.end()
               ? "which its file holds"
               : "as it is known here; the server may have another of that name";
}

/// `own` and `above` are the sentences, the latter without the CA.
std::string summary_of(const Facts& facts, const OutOfDate& found, Validity what, std::string_view own,
                       std::string_view above)
{
    std::string text = found.themselves.empty() ? "" : fmt::format("{}: {}", own, labels(found.themselves));
    if (!found.above.empty()) {
        const x509::Certificate& first = *ca_above_that_is(what, facts, *found.above.front());
        text += fmt::format("{}A CA above {} {}: {}", text.empty() ? "" : "; ", labels(found.above), above,
                            clipped(in_words(first.subject()), 120));
    }
    return text;
}

std::vector<std::size_t> places(const Facts& facts, const OutOfDate& found)
{
    auto all = rules::places(facts, found.themselves);
    const auto more = rules::places(facts, found.above);
    all.insert(all.end(), more.begin(), more.end());
    return all;
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
    const OutOfDate found = out_of_date(facts, Validity::over);
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "certificate-expired", .severity = unless_wrong_on_purpose(facts, Severity::critical)};
    finding.candidates = places(facts, found);
    finding.summary = summary_of(facts, found, Validity::over, "The client certificate has expired", "has expired");
    for (const CandidateFacts* each : found.themselves) {
        const x509::Time end = *each->leaf.not_after();
        finding.evidence.push_back(fmt::format("{}: valid until {}, {} ago{}", label(*each), x509::rfc3339(end),
                                               days_between(end, facts.now), outcome(facts, *each)));
    }
    for (const CandidateFacts* each : found.above) {
        const x509::Certificate& above = *ca_above_that_is(Validity::over, facts, *each);
        const x509::Time end = *above.not_after();
        finding.evidence.push_back(fmt::format(
            "{}: {} above it, {}, was valid until {}, {} ago{}", label(*each), clipped(in_words(above.subject()), 120),
            source(*each, above), x509::rfc3339(end), days_between(end, facts.now), outcome(facts, *each)));
    }
    finding.evidence.push_back("the clock of this machine says " + x509::rfc3339(facts.now));
    if (!found.themselves.empty()) {
        finding.remedies.push_back(renew_certificate());
    }
    if (!found.above.empty()) {
        finding.remedies.push_back(renew_the_ca_in_the_file());
    }
    finding.references = {"RFC 5280 §4.1.2.5"};
    return finding;
}

std::optional<Finding> certificate_not_yet_valid(const Facts& facts)
{
    const OutOfDate found = out_of_date(facts, Validity::begun_not);
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "certificate-not-yet-valid", .severity = unless_wrong_on_purpose(facts, Severity::critical)};
    finding.candidates = places(facts, found);
    finding.summary =
        summary_of(facts, found, Validity::begun_not, "The client certificate is not valid yet", "is not valid yet");
    for (const CandidateFacts* each : found.themselves) {
        const x509::Time start = *each->leaf.not_before();
        finding.evidence.push_back(fmt::format("{}: valid from {}, in {}{}", label(*each), x509::rfc3339(start),
                                               days_between(facts.now, start), outcome(facts, *each)));
    }
    for (const CandidateFacts* each : found.above) {
        const x509::Certificate& above = *ca_above_that_is(Validity::begun_not, facts, *each);
        const x509::Time start = *above.not_before();
        finding.evidence.push_back(fmt::format(
            "{}: {} above it, {}, is valid from {}, in {}{}", label(*each), clipped(in_words(above.subject()), 120),
            source(*each, above), x509::rfc3339(start), days_between(facts.now, start), outcome(facts, *each)));
    }
    finding.evidence.push_back("the clock of this machine says " + x509::rfc3339(facts.now));
    finding.remedies = {{"client", "Check the clock first; otherwise wait, or use another certificate.", {"date -u"}}};
    finding.references = {"RFC 5280 §4.1.2.5"};
    return finding;
}

namespace {

/// What the certificate says of itself: every verifier minds it.
bool forbids_it_itself(const CandidateFacts& candidate)
{
    return !candidate.leaf.allows_client_authentication() || !candidate.leaf.allows_digital_signature();
}

std::string usage_summary(const Found& forbidding, const Found& others)
{
    std::string text = forbidding.empty() ? ""
                                          : fmt::format("The certificate may not be used for client authentication: {}",
                                                        labels(forbidding));
    if (!others.empty()) {
        text += fmt::format("{}The server likely does not take {} for client authentication: the extended key usage",
                            text.empty() ? "" : "; ", labels(others));
    }
    return text;
}

} // namespace

std::optional<Finding> client_auth_usage_missing(const Facts& facts)
{
    const auto forbidding = candidates_where(facts, forbids_it_itself);
    const auto others = candidates_where(facts, [&](const CandidateFacts& each) {
        return !forbids_it_itself(each) && !usages_to_mind(facts, each).empty();
    });
    Found found = forbidding;
    found.insert(found.end(), others.begin(), others.end());
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "client-auth-usage-missing"};
    finding.candidates = places(facts, found);
    finding.severity = worst(found, [&](const CandidateFacts& each) {
        return unless_wished(facts, each, was_rejected(each) ? Severity::critical : Severity::warning);
    });
    finding.sureness = others.empty() ? Sureness::shown : Sureness::likely;
    finding.summary = usage_summary(forbidding, others);
    for (const CandidateFacts* each : forbidding) {
        if (!each->leaf.allows_client_authentication()) {
            finding.evidence.push_back(fmt::format("{}: it has the extended key usage {}, without clientAuth "
                                                   "(1.3.6.1.5.5.7.3.2){}",
                                                   label(*each), usages_in_words(each->leaf), outcome(facts, *each)));
        }
        if (!each->leaf.allows_digital_signature()) {
            finding.evidence.push_back(
                fmt::format("{}: its key usage lacks digitalSignature, which the handshake needs{}", label(*each),
                            outcome(facts, *each)));
        }
    }
    if (!forbidding.empty()) {
        finding.remedies = {
            {"client",
             "Have it reissued from a template with Client Authentication (key usage digitalSignature).",
             {"openssl x509 -noout -ext keyUsage,extendedKeyUsage -in CERTIFICATE.pem"}}};
    }
    for (const CandidateFacts* each : others) {
        for (const x509::Flaw& flaw : usages_to_mind(facts, *each)) {
            finding.evidence.push_back(
                fmt::format("{}: {}{}", label(*each), in_full(*each, flaw), outcome(facts, *each)));
            finding.remedies.push_back(reissue_without(*each, flaw));
        }
    }
    finding.references = {"RFC 5280 §4.2.1.12", "RFC 5280 §4.2.1.3", "RFC 8446 §4.4.2.3"};
    return finding;
}

} // namespace mtls::verdict::rules
