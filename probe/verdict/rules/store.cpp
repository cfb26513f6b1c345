#include "probe/verdict/rules/store.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "probe/issuers/candidate_match.hpp"
#include "probe/issuers/name_index.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

namespace {

/// So many organisations under one list are a root store, not somebody's choice of client CAs.
constexpr std::size_t unrelated_organisations = 3;
constexpr std::size_t unrelated_if_nothing_else_tells = 5;

std::string organisation(const x509::Name& name)
{
    for (const char* attribute : {"O", "OU", "CN"}) {
        if (const auto values = name.values(attribute); !values.empty()) {
            return values.front();
        }
    }
    return name.text();
}

std::set<std::string> organisations(const std::vector<x509::Name>& names)
{
    std::set<std::string> found;
    for (const x509::Name& name : names) {
        found.insert(organisation(name));
    }
    return found;
}

/// What the baseline lists where the list of now comes from; empty without one.
std::vector<x509::Name> names_of_the_baseline(const Facts& facts)
{
    if (!facts.baseline || !facts.request.observation) {
        return {};
    }
    const auto earlier = earlier_answer(*facts.baseline, facts.observations[*facts.request.observation]);
    if (!earlier) {
        return {};
    }
    const observation::Observation& seen = facts.baseline->observations[*earlier];
    const auto index = request_that_counts(seen);
    return index ? names_of(seen.certificate_requests[*index]) : std::vector<x509::Name>{};
}

/// Not one name of the baseline is left.
bool baseline_is_gone(const Facts& facts)
{
    const auto then = names_of_the_baseline(facts);
    return !then.empty() &&
           issuers::only_in(then, names_of(*request_of(facts))).size() == issuers::only_in(then, {}).size();
}

/// Whether there is anything that the list could share.
bool nothing_is_wanted(const Facts& facts)
{
    return (!facts.expectation || facts.expectation->issuers.empty()) && facts.candidates.empty();
}

/// Nothing that the user expects or holds is named, and there is something to say that of; the baseline says what is
/// right if nothing else does.
bool shares_nothing(const Facts& facts)
{
    const bool has_wishes = facts.expectation && !facts.expectation->issuers.empty();
    if (nothing_is_wanted(facts)) {
        return baseline_is_gone(facts);
    }
    const bool expectation_met =
        has_wishes && facts.comparison &&
        (facts.comparison->result == issuers::ExpectResult::undetermined || !facts.comparison->matched.empty());
    return !expectation_met &&
           std::all_of(facts.candidates.begin(), facts.candidates.end(),
                       [](const CandidateFacts& candidate) { return candidate.issuer_match.advertised == false; });
}

/// In the summary; the evidence says both.
std::string whose(const Facts& facts)
{
    if (nothing_is_wanted(facts)) {
        return "none of the names of the baseline";
    }
    return facts.candidates.empty()
               ? "none of the expected CAs"
               : "no issuer of " + labels(candidates_where(facts, [](const CandidateFacts&) { return true; }));
}

/// Organisations whose roots nearly every Windows trusts.
constexpr std::array public_cas{"Actalis",
                                "Amazon",
                                "AffirmTrust",
                                "Baltimore",
                                "Buypass",
                                "Certum",
                                "COMODO",
                                "D-Trust",
                                "DigiCert",
                                "Entrust",
                                "GeoTrust",
                                "GlobalSign",
                                "GoDaddy",
                                "Google",
                                "IdenTrust",
                                "Internet Security Research",
                                "ISRG",
                                "Microsoft",
                                "QuoVadis",
                                "Sectigo",
                                "SSL Corporation",
                                "Starfield",
                                "SwissSign",
                                "T-Systems",
                                "thawte",
                                "USERTRUST",
                                "VeriSign"};

/// Those of them that the list names.
std::vector<std::string> public_names(const std::vector<x509::Name>& names)
{
    std::vector<std::string> found;
    for (const char* known : public_cas) {
        const bool named = std::any_of(names.begin(), names.end(), [known](const x509::Name& name) {
            return name.text().find(known) != std::string::npos;
        });
        if (named) {
            found.emplace_back(known);
        }
    }
    return found;
}

std::vector<std::string> what_the_list_is(const Facts& facts, const std::vector<x509::Name>& names,
                                          const std::set<std::string>& owners)
{
    std::vector<std::string> organisations;
    organisations.reserve(owners.size());
    for (const std::string& owner : owners) {
        organisations.push_back(clipped(x509::printable(owner), 40));
    }
    std::vector<std::string> lines{fmt::format("{} lists {} of {}: {}", normal_connection(facts),
                                               counted(names.size(), "name"), counted(owners.size(), "organisation"),
                                               enumerated(organisations))};
    if (const auto known = public_names(names); !known.empty()) {
        lines.push_back("public root CAs among them: " + enumerated(known));
    }
    return lines;
}

/// The names that are looked for in vain, each once, and why.
std::vector<std::string> what_it_lacks(const Facts& facts)
{
    constexpr std::size_t shown = 3;
    std::vector<std::pair<x509::Name, std::vector<std::string>>> lacking;
    const auto note = [&](const x509::Name& name, std::string why) {
        const auto same = std::find_if(lacking.begin(), lacking.end(), [&](const auto& each) {
            return x509::Name::compare(each.first, name) != x509::NameMatch::different;
        });
        if (same == lacking.end()) {
            lacking.push_back({name, {std::move(why)}});
        } else {
            same->second.push_back(std::move(why));
        }
    };
    if (facts.comparison) {
        for (const issuers::Compared& entry : facts.comparison->missing) {
            note(entry.name, "expected");
        }
    }
    for (const CandidateFacts& candidate : facts.candidates) {
        note(candidate.leaf.issuer(), "issuer of " + label(candidate));
    }
    if (lacking.empty()) {
        for (const x509::Name& name : names_of_the_baseline(facts)) {
            note(name, "in the baseline");
        }
    }
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < lacking.size() && at < shown; ++at) {
        lines.push_back(fmt::format("not in it: {} ({})", clipped(in_words(lacking[at].first), 200),
                                    enumerated(lacking[at].second)));
    }
    if (lacking.size() > shown) {
        lines.push_back(fmt::format("not in it: {} more", lacking.size() - shown));
    }
    return lines;
}

std::string why_iis(const Facts& facts)
{
    const bool named = product_in_headers(facts) == "iis";
    const bool answered = std::any_of(facts.observations.begin(), facts.observations.end(),
                                      [](const auto& seen) { return seen.http.has_value(); });
    const std::string_view who = named && answered   ? "the Server header names IIS or http.sys;"
                                 : named             ? "the Server header in the baseline names IIS or http.sys;"
                                 : facts.iis_binding ? "its saved bindings say that this is IIS;"
                                                     : "nothing in the answers says that this is IIS; there,";
    return fmt::format("{} a binding without a CTL store lists the Trusted Root store", who);
}

/// Everybody who was tried got in, and nothing else is wished for: what programs do that look at the list is another
/// matter.
bool nobody_suffers(const Facts& facts)
{
    return (!facts.expectation || facts.expectation->issuers.empty()) && !facts.candidates.empty() &&
           std::all_of(facts.candidates.begin(), facts.candidates.end(), [](const CandidateFacts& each) {
               return each.attempt && each.attempt->result == AttemptResult::accepted;
           });
}

/// Where the names come from if this is no IIS: there, too, a list of all public roots is seldom what was meant.
std::vector<Remedy> name_your_own_cas()
{
    constexpr const char* not_the_bundle =
        "names every CA of its file, here likely the bundle of the whole system (/etc/ssl/certs/ca-certificates.crt "
        "and the like). Give it a file with the CAs of the clients, root included.";
    return {
        {"nginx",
         fmt::format("If it is nginx: ssl_client_certificate {}", not_the_bundle),
         {"ssl_client_certificate /etc/nginx/CLIENT_CAS.pem;"}},
        {"haproxy",
         fmt::format("If it is HAProxy: ca-file on the bind line {}", not_the_bundle),
         {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required"}},
        {"apache",
         fmt::format("If it is Apache: SSLCACertificateFile (or SSLCADNRequestFile) {}", not_the_bundle),
         {"SSLCACertificateFile /etc/ssl/CLIENT_CAS.pem"}},
    };
}

/// What the server's own settings say of the binding.
void cite_binding(const Facts& facts, Finding& finding)
{
    if (!facts.iis_binding || !facts.iis_binding->binding.names_ctl_store) {
        return;
    }
    const iis::Serving& serving = *facts.iis_binding;
    const auto& store = serving.binding.ctl_store_name;
    const std::string name = x509::printable(iis::text(serving.binding));
    finding.evidence.insert(finding.evidence.begin(),
                            fmt::format("netsh shows `Ctl Store Name : {}` for {}, which answers since {}{}",
                                        store ? x509::printable(*store) : "(null)", name, serving.why,
                                        serving.doubt.empty() ? "" : "; but " + serving.doubt));
    if (!serving.doubt.empty()) {
        return;
    }
    if (store) {
        finding.summary =
            fmt::format("The binding {} names a store, yet the list looks like the Trusted Root store and "
                        "holds {}: the store is likely empty, or lost since netsh was asked",
                        name, whose(facts));
    } else {
        finding.summary =
            fmt::format("The IIS binding {} has no Ctl Store Name: the list is the Trusted Root store and "
                        "holds {}",
                        name, whose(facts));
    }
}

} // namespace

bool serves(const Facts& facts, const std::vector<x509::Name>& names)
{
    const issuers::NameIndex index{names};
    const bool expected =
        facts.expectation && std::any_of(facts.expectation->issuers.begin(), facts.expectation->issuers.end(),
                                         [&](const auto& issuer) { return index.find(issuer.name).has_value(); });
    return expected || std::any_of(facts.candidates.begin(), facts.candidates.end(), [&](const CandidateFacts& each) {
               return index.find(each.leaf.issuer()) ||
                      std::any_of(each.above.begin(), each.above.end(), [&](const x509::Certificate& above) {
                          return index.find(above.issuer()).has_value();
                      });
           });
}

const observation::Observation* variant_with_the_right_list(const Facts& facts)
{
    for (const observation::Observation& seen : facts.observations) {
        const auto index = request_that_counts(seen);
        if (seen.purpose == observation::Purpose::variant && index &&
            serves(facts, names_of(seen.certificate_requests[*index]))) {
            return &seen;
        }
    }
    return nullptr;
}

bool right_list_is_elsewhere(const Facts& facts)
{
    return variant_with_the_right_list(facts) != nullptr;
}

bool missing_is_named_elsewhere(const Facts& facts)
{
    const auto somewhere = [&](const auto& names) {
        return std::any_of(facts.observations.begin(), facts.observations.end(), [&](const auto& seen) {
            const auto index = request_that_counts(seen);
            return seen.purpose == observation::Purpose::variant && index &&
                   names(seen.certificate_requests[*index].authorities);
        });
    };
    const auto issuer_is_missing = [](const CandidateFacts& each) { return each.issuer_match.advertised == false; };
    const auto issuer_is_somewhere = [&](const CandidateFacts& each) {
        return !issuer_is_missing(each) || somewhere([&](const auto& list) {
            return issuers::match(each.leaf, each.above, list).advertised == true;
        });
    };
    const auto name_is_somewhere = [&](const issuers::Compared& missing) {
        return somewhere([&](const auto& list) {
            return std::any_of(list.begin(), list.end(), [&](const observation::Authority& named) {
                return x509::Name::compare(named.name, missing.name) != x509::NameMatch::different;
            });
        });
    };
    const auto& all = facts.candidates;
    const auto missing = facts.comparison ? facts.comparison->missing : std::vector<issuers::Compared>{};
    return (!missing.empty() || std::any_of(all.begin(), all.end(), issuer_is_missing)) &&
           std::all_of(all.begin(), all.end(), issuer_is_somewhere) &&
           std::all_of(missing.begin(), missing.end(), name_is_somewhere);
}

std::optional<Finding> ctl_store_lost(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    // A list that Windows has cut off may have lost the right names with its tail: issuer-list-truncated.
    if (request == nullptr || facts.request.status != RequestStatus::list || speaks_against_iis(facts) ||
        !shares_nothing(facts) || limit_reached(facts)) {
        return std::nullopt;
    }
    const auto names = names_of(*request);
    const auto owners = organisations(names);
    const bool iis = server_product(facts) == "iis";
    const observation::Observation* right = variant_with_the_right_list(facts);
    const auto then = names_of_the_baseline(facts);
    const bool was_right = !then.empty() && (nothing_is_wanted(facts) || serves(facts, then));
    const bool wished = facts.expectation && !facts.expectation->issuers.empty();
    const bool shown =
        right != nullptr || was_right || saved_store(facts) == SavedStore::none || !public_names(names).empty();
    // A stranger's certificate is missing in the list of a few partners as well, whose CAs lie in one store.
    const std::size_t enough = shown || (iis && wished) ? unrelated_organisations : unrelated_if_nothing_else_tells;
    if (owners.size() < enough) {
        return std::nullopt;
    }
    Finding finding{.id = "ctl-store-lost",
                    .severity = all_is_as_wished(facts) ? Severity::info
                                : nobody_suffers(facts) ? Severity::warning
                                                        : Severity::critical};
    finding.summary =
        iis ? fmt::format("The IIS binding has likely lost its Ctl Store Name: the list looks like the Trusted Root "
                          "store and holds {}",
                          whose(facts))
            : fmt::format("The list looks like the root store of a whole system and holds {}: on IIS a lost Ctl Store "
                          "Name, elsewhere the system's CA bundle in place of the CAs of the clients",
                          whose(facts));
    finding.evidence = what_the_list_is(facts, names, owners);
    const auto lacks = what_it_lacks(facts);
    finding.evidence.insert(finding.evidence.end(), lacks.begin(), lacks.end());
    if (right != nullptr) {
        finding.evidence.push_back(fmt::format("the right list is still there: {}", where(*right)));
    }
    if (was_right) {
        finding.evidence.push_back(fmt::format("the baseline of {} had the right list, with {}",
                                               facts.baseline->started, counted(then.size(), "name")));
    }
    finding.evidence.push_back(why_iis(facts));
    cite_binding(facts, finding);
    finding.remedies = {restore_ctl_store(facts)};
    if (!iis) {
        const auto others = name_your_own_cas();
        finding.remedies.insert(finding.remedies.end(), others.begin(), others.end());
    }
    finding.references = {"Microsoft KB 2802568 (403.7 and 403.16 with client certificates)",
                          "Microsoft: Overview of TLS - SSL (Schannel SSP), trusted issuer lists",
                          "Microsoft: netsh http update sslcert, sslctlstorename"};
    return finding;
}

} // namespace mtls::verdict::rules
