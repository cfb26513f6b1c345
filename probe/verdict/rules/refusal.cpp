#include "probe/verdict/rules/refusal.hpp"

#include <algorithm>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/faults.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

constexpr int untrusted_substatus = 16;
constexpr int revoked_substatus = 13;

/// Of alerts that servers send for any fault of a certificate, as far as it shows one itself.
Refusal by_unspecific_alert(const Facts& facts, const CandidateFacts& candidate, Refusal without_a_flaw)
{
    if (!is_fit(facts, candidate)) {
        return Refusal::none;
    }
    return flaws_to_mind(facts, candidate).empty() ? without_a_flaw : Refusal::likely_flawed;
}

Refusal by_alert(const Facts& facts, const CandidateFacts& candidate, const observation::AlertSeen& alert)
{
    switch (alert.code) {
    case wire::AlertDescription::unknown_ca:
        return Refusal::untrusted;
    case wire::AlertDescription::certificate_revoked:
        return Refusal::revoked;
    case wire::AlertDescription::internal_error:
        // What Apache sends for a chain that is longer than SSLVerifyDepth; others may have other reasons.
        return by_unspecific_alert(facts, candidate, Refusal::likely_untrusted);
    case wire::AlertDescription::bad_certificate: // Go sends it for every chain that it cannot verify
    case wire::AlertDescription::certificate_unknown:
        return by_unspecific_alert(facts, candidate, is_bare(candidate) ? Refusal::likely_untrusted : Refusal::none);
    case wire::AlertDescription::unsupported_certificate:
    case wire::AlertDescription::handshake_failure:
        return by_unspecific_alert(facts, candidate, Refusal::none);
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

/// The very answer of a client without a certificate: what stands behind the server has said nothing.
bool is_answered_as_without(const Facts& facts, const observation::HttpAnswer& http)
{
    if (!facts.without_certificate) {
        return false;
    }
    const auto& without = facts.observations[facts.without_certificate->observation].http;
    return without && without->status == http.status;
}

Refusal by_http(const Facts& facts, const CandidateFacts& candidate, const observation::HttpAnswer& http)
{
    if (http.substatus) {
        return by_substatus(*http.substatus);
    }
    if (http.certificate_page == observation::CertificatePage::none_sent) {
        return Refusal::none; // it has passed here: what demands one stands behind
    }
    const bool by_nginx =
        server_product(facts) == "nginx" && ((http.status == 400 && http.about_certificate) || http.status == 495);
    if (!is_fit(facts, candidate) || (!by_nginx && http.status != 403)) {
        return Refusal::none; // the certificate's own fault is reason enough, or the answer speaks of something else
    }
    if (!flaws_to_mind(facts, candidate).empty()) {
        return Refusal::likely_flawed;
    }
    const bool sibling = sibling_let_in(facts, candidate) != nullptr;
    if (by_nginx) {
        return sibling && unsent_intermediate(candidate) == nullptr ? Refusal::likely_revoked
                                                                    : Refusal::likely_untrusted;
    }
    if (speaks_against_iis(facts)) { // an error_page of nginx, or the application
        return is_bare(candidate) && is_answered_as_without(facts, http) ? Refusal::likely_untrusted : Refusal::none;
    }
    const bool known_to_the_server = candidate.issuer_match.advertised == true || sibling;
    return known_to_the_server && unsent_intermediate(candidate) == nullptr ? Refusal::likely_revoked
                                                                            : Refusal::likely_untrusted;
}

/// By the key if that is known; a name alone may be that of an older CA.
bool is_of_the_same_ca(const CandidateFacts& candidate, const CandidateFacts& other)
{
    return other.above.empty()
               ? x509::Name::compare(other.leaf.issuer(), candidate.leaf.issuer()) != x509::NameMatch::different
               : candidate.leaf.is_issued_by(other.above.front());
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
    return seen.alert && seen.alert->direction == observation::Direction::received
               ? by_alert(facts, candidate, *seen.alert)
               : Refusal::none;
}

const CandidateFacts* sibling_let_in(const Facts& facts, const CandidateFacts& candidate)
{
    if (!facts.without_certificate || facts.without_certificate->result != AttemptResult::rejected) {
        return nullptr;
    }
    const auto found = std::find_if(facts.candidates.begin(), facts.candidates.end(), [&](const CandidateFacts& other) {
        return other.attempt && other.attempt->result == AttemptResult::accepted &&
               facts.observations[other.attempt->observation].certificate_sent && is_of_the_same_ca(candidate, other);
    });
    return found == facts.candidates.end() ? nullptr : &*found;
}

bool is_bare(const CandidateFacts& candidate)
{
    return candidate.chain.empty() && candidate.above.empty() && !candidate.leaf.is_self_issued() &&
           candidate.issuer_match.advertised != true;
}

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

} // namespace mtls::verdict::rules
