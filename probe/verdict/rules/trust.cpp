#include <algorithm>

#include <fmt/format.h>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/refusal.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

constexpr int untrusted_substatus = 16;
constexpr int revoked_substatus = 13;

Refusal by_alert(const Facts& facts, const CandidateFacts& candidate, const observation::AlertSeen& alert)
{
    switch (alert.code) {
    case wire::AlertDescription::unknown_ca:
        return Refusal::untrusted;
    case wire::AlertDescription::certificate_revoked:
        return Refusal::revoked;
    case wire::AlertDescription::internal_error:
        // What Apache sends for a chain that is longer than SSLVerifyDepth; others may have other reasons.
        return is_fit(facts, candidate) ? Refusal::likely_untrusted : Refusal::none;
    default:
        return Refusal::none;
    }
}

Refusal by_substatus(int substatus)
{
    switch (substatus) {
    case untrusted_substatus:
        return Refusal::untrusted;
    case revoked_substatus:
        return Refusal::revoked;
    default:
        return Refusal::none;
    }
}

/// Another candidate of the same CA that the server lets in, while it lets in nobody without: so it knows that CA. Null
/// if there is none.
const CandidateFacts* sibling_let_in(const Facts& facts, const CandidateFacts& candidate)
{
    if (!facts.without_certificate || facts.without_certificate->result != AttemptResult::rejected) {
        return nullptr;
    }
    const auto found = std::find_if(facts.candidates.begin(), facts.candidates.end(), [&](const CandidateFacts& other) {
        return other.attempt && other.attempt->result == AttemptResult::accepted &&
               facts.observations[other.attempt->observation].certificate_sent &&
               x509::Name::compare(other.leaf.issuer(), candidate.leaf.issuer()) != x509::NameMatch::different;
    });
    return found == facts.candidates.end() ? nullptr : &*found;
}

Refusal by_http(const Facts& facts, const CandidateFacts& candidate, const observation::HttpAnswer& http)
{
    if (http.substatus) {
        return by_substatus(*http.substatus);
    }
    if (!is_fit(facts, candidate)) {
        return Refusal::none; // the certificate's own fault is reason enough
    }
    if (http.certificate_page == observation::CertificatePage::none_sent) {
        return Refusal::none; // it has passed here: what demands one stands behind
    }
    if (server_product(facts) == "nginx" && ((http.status == 400 && http.about_certificate) || http.status == 495)) {
        return sibling_let_in(facts, candidate) != nullptr && unsent_intermediate(candidate) == nullptr
                   ? Refusal::likely_revoked
                   : Refusal::likely_untrusted;
    }
    if (http.status != 403 || speaks_against_iis(facts)) {
        return Refusal::none;
    }
    const bool known_to_the_server =
        candidate.issuer_match.advertised == true || sibling_let_in(facts, candidate) != nullptr;
    return known_to_the_server && unsent_intermediate(candidate) == nullptr ? Refusal::likely_revoked
                                                                            : Refusal::likely_untrusted;
}

} // namespace

bool only_an_intermediate_is_named(const Facts& facts, const CandidateFacts& candidate)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || candidate.above.empty() || sibling_let_in(facts, candidate) != nullptr) {
        return false;
    }
    const issuers::NameIndex named{names_of(*request)};
    const bool an_intermediate =
        std::any_of(candidate.above.begin(), candidate.above.end(), [&](const x509::Certificate& above) {
            return !above.is_self_issued() && named.find(above.subject());
        });
    return an_intermediate && !named.find(candidate.above.back().issuer());
}

namespace {

/// What the proof is, or what is left and where the answer stands.
std::string reason(const Facts& facts, const CandidateFacts& candidate)
{
    const Observation& seen = facts.observations[candidate.attempt->observation];
    std::string text = fmt::format("{}: sent in {}: {}", label(candidate), where(seen), ending(seen));
    if (seen.http && seen.http->substatus) {
        return text + fmt::format("; the page itself says {}.{}", seen.http->status, *seen.http->substatus);
    }
    if (!seen.http) {
        return text + fmt::format(": {}", meaning(seen.alert->code));
    }
    if (server_product(facts) == "nginx") {
        return text + "; nginx answers so when it cannot verify a certificate (inner status 495): CA, depth, dates or "
                      "revocation list";
    }
    return text + "; that leaves untrusted, revoked or expired, or a site that lets nobody in; IIS tells which only in "
                  "its log: look for `403 16`, `403 13` or `403 17`";
}

std::string what_is_ruled_out(const Facts& facts, const CandidateFacts& candidate)
{
    std::string text = label(candidate) + ": in its dates, and good for client authentication";
    if (const CandidateFacts* sibling = sibling_let_in(facts, candidate)) {
        return text + ", and its CA is known to the server, which lets in " + label(*sibling);
    }
    if (candidate.issuer_match.advertised == true) {
        return text + ", and the server names " +
               (candidate.issuer_match.depth == 1 ? "its issuer" : "a CA above its issuer");
    }
    return text + (candidate.issuer_match.advertised ? ", but the server names none of its issuers" : "");
}

/// A certificate alone, of an issuer that nothing here knows and the server does not name.
bool is_bare(const CandidateFacts& candidate)
{
    return candidate.chain.empty() && candidate.above.empty() && !candidate.leaf.is_self_issued() &&
           candidate.issuer_match.advertised != true;
}

struct Kind {
    const char* id;
    Refusal shown;
    Refusal likely;
};

std::optional<Finding> refused_for(const Facts& facts, const Kind& kind)
{
    const auto is = [&](Refusal what) {
        return candidates_where(facts, [&](const CandidateFacts& each) { return refusal_of(facts, each) == what; });
    };
    const auto shown = is(kind.shown);
    const auto found = shown.empty() ? is(kind.likely) : shown; // what is only likely waits until the sure is mended
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = kind.id, .severity = Severity::info};
    finding.sureness = shown.empty() ? Sureness::likely : Sureness::shown;
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::critical));
        finding.evidence.push_back(reason(facts, *each));
        if (finding.sureness == Sureness::likely) {
            finding.evidence.push_back(what_is_ruled_out(facts, *each));
        }
        if (is_bare(*each)) {
            finding.evidence.push_back(fmt::format("{}: the file holds one certificate and no chain; if {} is an "
                                                   "intermediate that the server does not have, only that is missing",
                                                   label(*each), clipped(in_words(each->leaf.issuer()), 120)));
        }
        if (only_an_intermediate_is_named(facts, *each)) {
            finding.evidence.push_back(
                label(*each) + ": the list names an intermediate above it and not the root; " +
                (speaks_against_iis(facts)
                     ? "a server that uses OpenSSL (nginx, Apache, HAProxy) needs the root itself in its file of CAs"
                     : "with ClientAuthTrustMode 1 the store that the binding names must hold the root"));
        }
    }
    finding.summary = labels(found);
    return finding;
}

} // namespace

Refusal refusal_of(const Facts& facts, const CandidateFacts& candidate)
{
    if (!was_rejected(candidate)) {
        return Refusal::none;
    }
    const Observation& seen = facts.observations[candidate.attempt->observation];
    if (!seen.certificate_sent) {
        return Refusal::none;
    }
    if (seen.http) {
        return by_http(facts, candidate, *seen.http);
    }
    return seen.alert ? by_alert(facts, candidate, *seen.alert) : Refusal::none;
}

namespace {

std::size_t named(const Facts& facts, const Finding& finding)
{
    return static_cast<std::size_t>(
        std::count_if(finding.candidates.begin(), finding.candidates.end(),
                      [&](std::size_t index) { return facts.candidates[index].issuer_match.advertised == true; }));
}

std::string likely_untrusted(const Facts& facts, const Finding& finding)
{
    return named(facts, finding) == finding.candidates.size()
               ? fmt::format("The server likely cannot verify {}: it names a CA above, yet refuses", finding.summary)
               : fmt::format("The CA of {} is likely not trusted: sent, and refused", finding.summary);
}

bool root_may_be_missing(const Facts& facts, const Finding& finding)
{
    return std::any_of(finding.candidates.begin(), finding.candidates.end(), [&](std::size_t index) {
        return only_an_intermediate_is_named(facts, facts.candidates[index]);
    });
}

} // namespace

std::optional<Finding> untrusted_by_server(const Facts& facts)
{
    auto finding = refused_for(facts, {"untrusted-by-server", Refusal::untrusted, Refusal::likely_untrusted});
    if (finding) {
        finding->summary = finding->sureness == Sureness::shown
                               ? fmt::format("The server does not trust the CA of {}", finding->summary)
                               : likely_untrusted(facts, *finding);
        finding->remedies = trust_the_ca(facts, named(facts, *finding) > 0 ? Named::yes : Named::no);
        if (std::any_of(finding->candidates.begin(), finding->candidates.end(),
                        [&](std::size_t index) { return is_bare(facts.candidates[index]); })) {
            finding->remedies.insert(finding->remedies.begin(), send_the_chain());
        }
        finding->references = {"RFC 8446 §6.2", "RFC 5280 §6.1",
                               "Microsoft: HTTP status codes in IIS (403.13, 403.16, 403.17)"};
    }
    return finding;
}

std::optional<Finding> revoked_or_revocation_offline(const Facts& facts)
{
    auto finding = refused_for(facts, {"revoked-or-revocation-offline", Refusal::revoked, Refusal::likely_revoked});
    if (finding) {
        const bool alert = finding->sureness == Sureness::shown &&
                           facts.observations[facts.candidates[finding->candidates.front()].attempt->observation].alert;
        finding->summary =
            alert ? fmt::format("The server says that {} is revoked", finding->summary)
            : finding->sureness == Sureness::shown
                ? fmt::format("For the server {} is revoked, or revocation could not be checked", finding->summary)
                : fmt::format("{} is refused though the server names its CA: possibly revoked, or revocation could not "
                              "be checked{}",
                              finding->summary,
                              root_may_be_missing(facts, *finding)
                                  ? ", or (in ClientAuthTrustMode 1) its root is not trusted"
                                  : "");
        finding->remedies = check_revocation(facts);
        if (finding->sureness == Sureness::likely && root_may_be_missing(facts, *finding)) {
            finding->remedies.push_back(trust_the_root_in_mode_1());
        }
        finding->references = {"RFC 5280 §6.3", "RFC 8446 §6.2", "Microsoft: HTTP status codes in IIS (403.13)"};
    }
    return finding;
}

} // namespace mtls::verdict::rules
