#include "probe/verdict/rules/refusal_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/refusal.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

std::string how_it_was_refused(const Facts& facts, const CandidateFacts& candidate)
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
        return seen.http->status == 403
                   ? text
                   : text + "; nginx answers so when it cannot verify a certificate (inner status 495): CA, depth, "
                            "dates or revocation list";
    }
    if (speaks_against_iis(facts)) {
        return text;
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
               (candidate.issuer_match.depth == 0   ? "the certificate itself"
                : candidate.issuer_match.depth == 1 ? "its issuer"
                                                    : "a CA above its issuer");
    }
    if (candidate.leaf.is_self_signed()) {
        return text + (candidate.issuer_match.advertised ? ", but the server does not name it" : "");
    }
    if (is_bare(candidate)) {
        return text + (candidate.issuer_match.advertised
                           ? ", and the server does not name its direct issuer; what is above that is not known here"
                           : "; what is above its issuer is not known here");
    }
    return text + (candidate.issuer_match.advertised ? ", but the server names none of its issuers" : "");
}

std::vector<std::string> what_the_list_lacks(const Facts& facts, const CandidateFacts& candidate)
{
    if (!only_an_intermediate_is_named(facts, candidate)) {
        return {};
    }
    return {label(candidate) + ": the list names an intermediate above it and not the root; " +
            (speaks_against_iis(facts)
                 ? "a server that uses OpenSSL (nginx, Apache, HAProxy) needs the root itself in its file of CAs"
                 : "with ClientAuthTrustMode 1 the store that the binding names must hold the root")};
}

std::vector<std::string> same_name_other_key(const Facts& facts, const CandidateFacts& candidate)
{
    std::vector<const x509::Certificate*> chain{&candidate.leaf};
    for (const x509::Certificate& above : candidate.above) {
        chain.push_back(&above);
    }
    for (const x509::Certificate* below : chain) {
        const bool known =
            std::any_of(facts.authorities.begin(), facts.authorities.end(), [&](const x509::Certificate& other) {
                return other != *below &&
                       x509::Name::compare(other.subject(), below->issuer()) != x509::NameMatch::different &&
                       !below->is_issued_by(other);
            });
        if (known) {
            return {fmt::format("{}: a CA that is known here bears the name {} and has another key than the one that "
                                "signed {}: renewed, or of somebody else; if the server holds that one, this is why",
                                label(candidate), clipped(in_words(below->issuer()), 120),
                                below == &candidate.leaf ? "it" : "a CA above it")};
        }
    }
    return {};
}

} // namespace mtls::verdict::rules
