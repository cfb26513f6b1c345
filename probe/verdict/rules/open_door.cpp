#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/doors.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/rules/sightings.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

/// What the baseline saw of a client without a certificate, if that was a refusal.
const Observation* refused_then(const Facts& facts)
{
    const bool opened = facts.door_then && facts.door_then->result == AttemptResult::rejected &&
                        facts.without_certificate && facts.without_certificate->result == AttemptResult::accepted;
    return opened ? &facts.baseline->observations[facts.door_then->observation] : nullptr;
}

/// "Without a certificate the server answers HTTP 302 Found to https://login.test/, with alice.pem HTTP 200 OK".
std::string both_answers(const Facts& facts, const Observation& without, const Observation& with)
{
    return fmt::format("Without a certificate the server answers {}, with {} {}", ending(without),
                       label(facts.candidates[*with.candidate]), ending(with));
}

std::string summary(const Facts& facts, const std::vector<std::size_t>& doors)
{
    if (const Observation* then = refused_then(facts)) {
        return fmt::format("The server lets clients in that have no certificate, and did not when the baseline was "
                           "made: it was {}, it is {}",
                           ending_in_short(*then),
                           ending_in_short(facts.observations[facts.without_certificate->observation]));
    }
    if (const auto with = told_apart_by(facts, doors.front())) {
        return both_answers(facts, facts.observations[doors.front()], facts.observations[*with]) +
               ": what stands behind it may tell them apart";
    }
    const auto& normal = facts.without_certificate;
    return normal && normal->result == AttemptResult::accepted
               ? "The server lets clients in that have no certificate"
               : "The server lets clients in that have no certificate, if they come another way";
}

Severity severity_of(const Facts& facts)
{
    if (facts.expect_outcome == ExpectOutcome::reject) {
        return open_doors_prove_nothing(facts) ? Severity::warning : Severity::critical;
    }
    return refused_then(facts) != nullptr ? Severity::warning : Severity::info;
}

} // namespace

std::optional<Finding> accepted_without_certificate(const Facts& facts)
{
    const bool must_be_shut = facts.expect_outcome == ExpectOutcome::reject;
    const Observation* then = refused_then(facts);
    const auto doors = open_doors(facts);
    if (doors.empty() || (!must_be_shut && request_of(facts) == nullptr && then == nullptr)) {
        return std::nullopt; // a server that never asks is no-certificate-request
    }
    Finding finding{.id = "accepted-without-certificate", .severity = severity_of(facts)};
    finding.summary = summary(facts, doors);
    Sightings open;
    for (const std::size_t door : doors) {
        open.add(facts.observations[door], "no certificate was sent; " + ending(facts.observations[door]));
    }
    for (const std::size_t door : doors) {
        if (const auto with = told_apart_by(facts, door)) {
            const Observation& seen = facts.observations[*with];
            open.add(seen, fmt::format("{} was sent; {}", label(facts.candidates[*seen.candidate]), ending(seen)));
        }
    }
    finding.evidence = open.lines();
    if (then != nullptr) {
        finding.evidence.push_back(fmt::format("the baseline ({}, made {}): no certificate was sent; {}",
                                               x509::printable(facts.baseline->source), facts.baseline->started,
                                               ending(*then)));
    }
    finding.remedies = require_a_certificate();
    finding.references = {"RFC 8446 §4.4.2.4", "RFC 5246 §7.4.6"};
    return finding;
}

} // namespace mtls::verdict::rules
