#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "certs/x509/distinct.hpp"
#include "certs/x509/path.hpp"
#include "probe/verdict/judge.hpp"
#include "probe/verdict/opinions.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/ways_to_present.hpp"

namespace mtls::verdict {

namespace {

/// The list that matches are made against; null if there is none, or none of its entries can be read.
std::optional<std::vector<observation::Authority>> list_of(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || facts.request.status == RequestStatus::empty ||
        std::none_of(request->authorities.begin(), request->authorities.end(),
                     [](const observation::Authority& authority) { return authority.is_name; })) {
        return std::nullopt;
    }
    return request->authorities;
}

/// What a broken frame hides may hold any name, so absence proves nothing there.
bool part_of_the_list_is_hidden(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    return request != nullptr && request->request.framing_broken;
}

std::optional<issuers::Comparison> compare(const Facts& facts)
{
    if (!facts.expectation) {
        return std::nullopt;
    }
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr) {
        issuers::Comparison none;
        none.result = facts.request.status == RequestStatus::none ? issuers::ExpectResult::no_request
                                                                  : issuers::ExpectResult::undetermined;
        return none;
    }
    issuers::Comparison comparison = issuers::compare(*facts.expectation, request->authorities);
    if (part_of_the_list_is_hidden(facts)) {
        comparison.result = issuers::ExpectResult::undetermined;
    }
    return comparison;
}

/// `known`: what the chains of the other candidates, the expectation and the server's chain hold.
CandidateFacts judge_alone(const x509::Credential& credential, const std::vector<x509::Certificate>& issuers,
                           const std::vector<x509::Certificate>& known)
{
    std::vector<x509::Certificate> pool = credential.chain;
    pool.insert(pool.end(), issuers.begin(), issuers.end());
    auto at_its_owner = x509::build_path(credential.leaf, pool);
    pool.insert(pool.end(), known.begin(), known.end());
    auto above = x509::build_path(credential.leaf, pool);
    auto flaws = x509::flaws_of(credential.leaf, above);
    return {.label = credential.label,
            .name = credential.label,
            .leaf = credential.leaf,
            .chain = credential.chain,
            .above = std::move(above),
            .above_at_its_owner = std::move(at_its_owner),
            .flaws = std::move(flaws),
            .has_key = credential.key.has_value(),
            .key_matches = credential.key_matches(),
            .issuer_match = {},
            .predicted = {},
            .attempt = std::nullopt};
}

/// What the run knows of CA certificates besides --issuer-certs. Without candidates nobody asks for the server's.
std::vector<x509::Certificate> known_authorities(const Facts& facts, const std::vector<x509::Credential>& candidates)
{
    std::vector<x509::Certificate> known;
    for (const x509::Credential& credential : candidates) {
        known.insert(known.end(), credential.chain.begin(), credential.chain.end());
    }
    if (facts.expectation) {
        for (const issuers::ExpectedIssuer& issuer : facts.expectation->issuers) {
            if (issuer.certificate) {
                known.push_back(*issuer.certificate);
            }
        }
    }
    if (!candidates.empty()) {
        for (const observation::Observation& seen : facts.observations) {
            std::ranges::copy_if(seen.server_certificates, std::back_inserter(known), // often of the same PKI
                                 [](const x509::Certificate& sent) { return sent.is_ca(); });
        }
    }
    return x509::distinct(std::move(known));
}

/// What the baseline says of a client without a certificate that asked as a normal one does now, for the same page.
std::optional<Attempt> door_then(const Facts& facts)
{
    if (!facts.baseline || !facts.baseline->without_certificate || !facts.without_certificate) {
        return std::nullopt;
    }
    const observation::Variant& now = facts.observations[facts.without_certificate->observation].variant;
    const observation::Variant& then =
        facts.baseline->observations[facts.baseline->without_certificate->observation].variant;
    const auto& path = facts.target.path;
    const bool same_page = path.has_value() == facts.baseline->path.has_value() &&
                           (!path || x509::printable(*path) == *facts.baseline->path);
    return same_page && now.sni == then.sni && now.tls_offered == then.tls_offered ? facts.baseline->without_certificate
                                                                                   : std::nullopt;
}

std::string file_name(const std::string& path)
{
    const auto slash = path.find_last_of('/');
    return slash == std::string::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

/// A long path tells a reader little; two files of the same name need theirs.
void shorten_names(std::vector<CandidateFacts>& candidates)
{
    std::map<std::string, int> uses;
    for (const CandidateFacts& candidate : candidates) {
        ++uses[file_name(candidate.label)];
    }
    for (CandidateFacts& candidate : candidates) {
        if (std::string name = file_name(candidate.label); uses[name] == 1) {
            candidate.name = std::move(name);
        }
    }
}

/// What depends on which request is spoken of.
void hold_against_request(Facts& facts)
{
    facts.comparison = compare(facts);
    if (facts.candidates.empty()) {
        return; // the usual case where thousands of targets are asked
    }
    const auto list = list_of(facts);
    const auto asked = asked_of(facts);
    for (CandidateFacts& candidate : facts.candidates) {
        candidate.issuer_match = issuers::match(candidate.leaf, candidate.above, list);
        if (candidate.issuer_match.advertised == false && part_of_the_list_is_hidden(facts)) {
            candidate.issuer_match = {};
        }
        if (asked) {
            candidate.predicted = clients::predict(*asked, held_as(candidate), facts.now, facts.clients);
        }
    }
}

} // namespace

Facts establish(Inputs inputs)
{
    Facts facts;
    facts.target = std::move(inputs.target);
    facts.now = inputs.now;
    facts.observations = std::move(inputs.observations);
    facts.expectation = std::move(inputs.expectation);
    facts.expect_outcome = inputs.expect_outcome;
    facts.clients = std::move(inputs.clients);
    facts.iis_bindings = std::move(inputs.iis_bindings);
    facts.baseline = std::move(inputs.baseline);
    if (facts.baseline) {
        facts.changes = changes_since(*facts.baseline, facts.observations);
        facts.reach = reach_of(*facts.baseline, facts.observations);
    }
    facts.limits = inputs.limits;
    facts.took = inputs.took;
    facts.request = read_request(facts.observations, inputs.sni);
    if (facts.request.observation) {
        iis::Reading saved = saved_binding(facts, facts.observations[*facts.request.observation]);
        facts.iis_binding = std::move(saved.serving);
        facts.contradicted_binding = std::move(saved.contradicted);
        if (!facts.observations[*facts.request.observation].list_only) {
            facts.without_certificate =
                classify(facts.observations[*facts.request.observation], *facts.request.observation);
        }
    }
    facts.door_then = door_then(facts);
    facts.authorities = known_authorities(facts, inputs.candidates);
    for (std::size_t index = 0; index < inputs.candidates.size(); ++index) {
        CandidateFacts candidate = judge_alone(inputs.candidates[index], inputs.issuer_certificates, facts.authorities);
        if (candidate.key_matches) {
            candidate.attempt = attempt_that_counts(index, facts.observations, facts.expect_outcome);
        }
        facts.candidates.push_back(std::move(candidate));
    }
    facts.authorities.insert(facts.authorities.end(), inputs.issuer_certificates.begin(),
                             inputs.issuer_certificates.end());
    shorten_names(facts.candidates);
    hold_against_request(facts);
    return facts;
}

Facts as_if_asked(Facts facts, const RequestPlace& place)
{
    facts.request.observation = place.observation;
    facts.request.index = place.index;
    facts.request.status = status_of(*request_of(facts));
    hold_against_request(facts);
    return facts;
}

std::optional<Facts> asked_elsewhere(const Facts& facts)
{
    const auto place = request_of(facts) == nullptr && facts.request.observation
                           ? request_elsewhere(facts.observations, facts.request.observation)
                           : std::nullopt;
    return place ? std::optional{as_if_asked(facts, *place)} : std::nullopt;
}

} // namespace mtls::verdict
