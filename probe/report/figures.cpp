#include "probe/report/figures.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace mtls::report {

namespace {

bool is_settled(issuers::ExpectResult result)
{
    return result == issuers::ExpectResult::match || result == issuers::ExpectResult::differs;
}

ExpectationFigures compared(const issuers::Expectation& expectation, const issuers::Comparison& comparison)
{
    ExpectationFigures counts;
    counts.expected = expectation.issuers.size();
    if (is_settled(comparison.result)) {
        counts.missing = comparison.missing.size();
        counts.unexpected = comparison.unexpected.size();
    } else if (comparison.result == issuers::ExpectResult::no_request) {
        counts.missing = counts.expected;
        counts.unexpected = 0;
    }
    return counts;
}

std::size_t count(const verdict::Facts& facts, verdict::AttemptResult result)
{
    return static_cast<std::size_t>(
        std::count_if(facts.candidates.begin(), facts.candidates.end(), [result](const auto& candidate) {
            return candidate.attempt && candidate.attempt->result == result;
        }));
}

} // namespace

Figures figures(const verdict::Facts& facts)
{
    Figures counts;
    if (const observation::RequestSeen* request = request_of(facts)) {
        counts.issuers = request->authorities.size();
        counts.list_bytes = request->request.certificate_authorities_bytes;
    } else if (facts.request.status == verdict::RequestStatus::none) {
        counts.issuers = 0;
    }
    if (facts.expectation && facts.comparison) {
        counts.expectation = compared(*facts.expectation, *facts.comparison);
    }
    counts.accepted = count(facts, verdict::AttemptResult::accepted);
    counts.rejected = count(facts, verdict::AttemptResult::rejected);
    if (const auto expiry = server_expiry(facts)) {
        counts.server_end = expiry->not_after;
    }
    for (const verdict::CandidateFacts& candidate : facts.candidates) {
        const auto end = candidate.leaf.not_after();
        if (end && (!counts.candidate_end || *end < *counts.candidate_end)) {
            counts.candidate_end = end;
        }
    }
    return counts;
}

long days_until(x509::Time now, x509::Time end)
{
    return std::chrono::floor<std::chrono::days>(end - now).count();
}

std::optional<std::string> list_hash(const verdict::Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || !request->request.certificate_authorities) {
        return std::nullopt;
    }
    // RFC 5246 §7.4.4: opaque DistinguishedName<1..2^16-1>, which is what RFC 8446 §4.2.4 has as well.
    x509::Der list;
    for (const observation::Authority& entry : request->authorities) {
        const x509::Der& der = entry.name.der();
        list.push_back(static_cast<std::uint8_t>(der.size() >> 8U));
        list.push_back(static_cast<std::uint8_t>(der.size()));
        list.insert(list.end(), der.begin(), der.end());
    }
    return x509::sha256(list);
}

std::string place(const verdict::TargetFacts& target)
{
    const bool v6 = target.host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", x509::printable(target.host), v6 ? "]" : "", target.port);
}

std::string target_in_words(const verdict::TargetFacts& target)
{
    return x509::printable(target.input) + (target.connect ? " (at " + x509::printable(*target.connect) + ")" : "");
}

} // namespace mtls::report
