#include "probe/report/words.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

#include <fmt/format.h>

#include "probe/verdict/judge.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::report {

using observation::Observation;
using verdict::AttemptResult;
using verdict::counted;
using verdict::ending;
using verdict::where;

namespace {

std::string asked_in_words(const Observation& seen)
{
    switch (verdict::status_of(seen)) {
    case verdict::RequestStatus::none:
        return "not asked";
    case verdict::RequestStatus::empty:
        return "asked, empty list";
    case verdict::RequestStatus::list:
        return fmt::format(
            "asked, {}",
            counted(seen.certificate_requests[*verdict::request_that_counts(seen)].authorities.size(), "name"));
    case verdict::RequestStatus::malformed:
        return "asked, malformed";
    case verdict::RequestStatus::undetermined:
        break;
    }
    if (!seen.certificate_requests.empty()) {
        return fmt::format("asked, cut after {}", counted(seen.certificate_requests.back().authorities.size(), "name"));
    }
    return "-";
}

Connection connection(const Observation& seen, const verdict::Facts& facts)
{
    const bool v6 = seen.variant.address.find(':') != std::string::npos;
    Connection made{v6 ? fmt::format("[{}]:{}", seen.variant.address, seen.variant.port)
                       : fmt::format("{}:{}", seen.variant.address, seen.variant.port),
                    seen.variant.sni ? x509::printable(*seen.variant.sni) : "no SNI",
                    verdict::version_in_words(seen),
                    asked_in_words(seen),
                    verdict::ending_in_short(seen),
                    {&seen}};
    if (seen.candidate && *seen.candidate < facts.candidates.size()) {
        made.end += ", with " + x509::printable(facts.candidates[*seen.candidate].name) +
                    (seen.certificate_sent ? "" : " (not sent)");
    }
    return made;
}

/// "; in the baseline: HTTP 200", if the door was not then what it is now.
std::string in_the_baseline(const verdict::Facts& facts)
{
    if (!facts.door_then || facts.door_then->result == facts.without_certificate->result) {
        return {};
    }
    return "; in the baseline: " + ending(facts.baseline->observations[facts.door_then->observation]);
}

} // namespace

Tone tone_of(verdict::Verdict verdict)
{
    switch (verdict) {
    case verdict::Verdict::ok:
        return Tone::good;
    case verdict::Verdict::warning:
    case verdict::Verdict::unknown:
        return Tone::warn;
    case verdict::Verdict::critical:
        break;
    }
    return Tone::bad;
}

std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return text;
}

std::string required_in_words(const verdict::Facts& facts)
{
    const std::string end = ending(facts.observations[*facts.request.observation]);
    const bool asked = request_of(facts) != nullptr;
    const std::string then = in_the_baseline(facts);
    switch (facts.request.required) {
    case verdict::Required::yes:
        return (asked ? "yes; without a certificate: " + end : "not asked for, yet the door stays shut: " + end) + then;
    case verdict::Required::no:
        return "no; without a certificate: " + end + then;
    case verdict::Required::undetermined:
        break;
    }
    if (facts.observations[*facts.request.observation].list_only) {
        return "not tried: the list was read without completing a handshake";
    }
    return "could not tell; without a certificate: " + end;
}

ListShown::ListShown(const verdict::Facts& facts) : elsewhere{verdict::asked_elsewhere(facts)}, normal_{facts}
{
    if (elsewhere) {
        of = fmt::format(" of observation {}", elsewhere->observations[*elsewhere->request.observation].id);
    }
}

std::string match_in_words(const ListShown& list, std::size_t candidate)
{
    const issuers::IssuerMatch& match = list.facts().candidates[candidate].issuer_match;
    if (!match.advertised) {
        return "no list to compare with";
    }
    if (!*match.advertised) {
        return fmt::format("NOT in the list{}", list.of);
    }
    const int depth = match.depth.value_or(1);
    const std::string who = depth == 0   ? "the certificate itself is "
                            : depth == 1 ? ""
                            : depth == 2 ? "its issuer is "
                                         : fmt::format("the CA {} levels up is ", depth);
    return fmt::format("{}in the list{}{}", who, list.of,
                       match.encoding == x509::NameMatch::equivalent ? ", but not byte for byte" : "");
}

std::string elsewhere_in_words(const ListShown& list)
{
    const verdict::Facts& facts = list.facts();
    const observation::RequestSeen& request = *request_of(facts);
    const std::string names = request.authorities.empty() ? "no names" : counted(request.authorities.size(), "name");
    return fmt::format("{} was asked {}, with {}{}", where(facts.observations[*facts.request.observation]),
                       verdict::stage_in_words(request.stage), names,
                       request.complete ? "" : " before the connection broke off");
}

std::string no_request_in_words(const verdict::Facts& facts)
{
    if (facts.request.status != verdict::RequestStatus::none) {
        return "could not tell";
    }
    const Observation& seen = facts.observations[*facts.request.observation];
    return verdict::may_still_ask(seen) && !seen.list_only
               ? "none so far: the connection ended before the HTTP answer, and with it a request that may come late"
           : seen.list_only ? "none in the first flight; one that comes later cannot be seen this way"
                            : "none: no certificate is asked for";
}

Stamp stamp(const verdict::CandidateFacts& candidate)
{
    if (!candidate.attempt) {
        return {"not tried", Tone::warn};
    }
    switch (candidate.attempt->result) {
    case AttemptResult::accepted:
        return {"accepted", Tone::good};
    case AttemptResult::rejected:
        return {"REFUSED", Tone::bad};
    case AttemptResult::not_requested:
        return {"not asked", Tone::warn};
    case AttemptResult::undetermined:
        break;
    }
    return {"unclear", Tone::warn};
}

std::string attempt_in_words(const verdict::Facts& facts, const verdict::CandidateFacts& candidate)
{
    if (!candidate.attempt) {
        if (!candidate.has_key) {
            return "not presented: no private key";
        }
        return candidate.key_matches ? "not presented: nothing answered" : "not presented: the key is another one's";
    }
    const Observation& seen = facts.observations[candidate.attempt->observation];
    return fmt::format("{}; {} (observation {})", ending(seen),
                       seen.certificate_sent ? "certificate sent" : "no certificate sent", seen.id);
}

std::vector<Connection> connections(const verdict::Facts& facts, Repeats repeats)
{
    const auto row = [](const Connection& each) {
        return std::tie(each.place, each.name, each.version, each.asked, each.end);
    };
    std::vector<Connection> all;
    for (const Observation& seen : facts.observations) {
        Connection made = connection(seen, facts);
        const auto same =
            std::find_if(all.begin(), all.end(), [&](const Connection& each) { return row(each) == row(made); });
        if (same != all.end() && repeats == Repeats::together) {
            same->seen.push_back(&seen);
        } else {
            all.push_back(std::move(made));
        }
    }
    return all;
}

} // namespace mtls::report
