#include <algorithm>

#include <fmt/format.h>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/opinions.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/encoding.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

std::vector<x509::Name> names_of(const std::vector<issuers::Compared>& entries)
{
    std::vector<x509::Name> names;
    names.reserve(entries.size());
    for (const issuers::Compared& entry : entries) {
        names.push_back(entry.name);
    }
    return names;
}

std::string sources(const Facts& facts)
{
    std::vector<std::string> texts;
    for (const std::string& source : facts.expectation->sources) {
        texts.push_back(x509::printable(source));
    }
    return texts.empty() ? "the expectation" : enumerated(texts);
}

std::string listed_by(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    return fmt::format("{} lists {}", normal_connection(facts),
                       counted(request == nullptr ? 0 : request->authorities.size(), "name"));
}

/// The expected name that equals the advertised one.
const x509::Name* expected_as(const Facts& facts, const x509::Name& advertised)
{
    for (const issuers::ExpectedIssuer& issuer : facts.expectation->issuers) {
        if (issuer.has_encoding && x509::Name::compare(issuer.name, advertised) == x509::NameMatch::equivalent) {
            return &issuer.name;
        }
    }
    return nullptr; // GCOVR_EXCL_LINE: asked only for names that matched one of these
}

/// Whether one of these names stands above the candidate.
bool is_under_any(const CandidateFacts& candidate, const std::vector<x509::Name>& names)
{
    const issuers::NameIndex index{names};
    return index.find(candidate.leaf.issuer()) ||
           std::any_of(candidate.above.begin(), candidate.above.end(),
                       [&](const x509::Certificate& above) { return index.find(above.issuer()).has_value(); });
}

/// Missing names that the list holds with their RDNs the other way round: a slip of the one who wrote them down.
std::vector<x509::Name> written_backwards(const Facts& facts)
{
    const issuers::NameIndex extra{names_of(facts.comparison->unexpected)};
    std::vector<x509::Name> found;
    for (const issuers::Compared& missing : facts.comparison->missing) {
        if (extra.find(missing.name.reversed())) {
            found.push_back(missing.name.reversed());
        }
    }
    return found;
}

/// What the difference costs: the programs that would send the certificate if the list had its issuer's own bytes.
void add_who_cares(const Facts& facts, const CandidateFacts& candidate, Finding& finding)
{
    auto asked = asked_of(facts);
    const x509::Name* own = name_at_depth(candidate);
    if (!asked || own == nullptr) {
        return; // GCOVR_EXCL_LINE: asked only for candidates that matched a name of the request
    }
    std::replace(asked->names.begin(), asked->names.end(), *candidate.issuer_match.name, *own);
    const auto otherwise = clients::predict(*asked, held_as(candidate), facts.now, facts.clients);
    std::vector<clients::Prediction> lost;
    for (const clients::Prediction& now : spoken_of(facts, candidate)) {
        const auto then = std::find_if(otherwise.begin(), otherwise.end(),
                                       [&](const clients::Prediction& each) { return each.client == now.client; });
        if (now.answer.sends != clients::Sends::yes && then != otherwise.end() &&
            then->answer.sends == clients::Sends::yes) {
            lost.push_back(now);
        }
    }
    if (!lost.empty()) {
        finding.evidence.push_back(
            fmt::format("{}: would be sent with the same bytes, and now not or not surely, by {}", label(candidate),
                        listed_names(lost)));
    }
}

} // namespace

std::optional<Finding> expected_issuer_missing(const Facts& facts)
{
    if (!facts.comparison || facts.comparison->result != issuers::ExpectResult::differs ||
        facts.comparison->missing.empty()) {
        return std::nullopt;
    }
    const auto missing = names_of(facts.comparison->missing);
    Finding finding{.id = "expected-issuer-missing", .severity = Severity::critical};
    finding.summary = missing.size() == 1
                          ? fmt::format("An expected CA is not in the list: {}", clipped(in_words(missing[0]), 120))
                          : fmt::format("{} of {} expected CAs are not in the list, the first is {}", missing.size(),
                                        facts.expectation->issuers.size(), clipped(in_words(missing[0]), 120));
    finding.candidates = places(facts, candidates_where(facts, [&](const CandidateFacts& each) {
                                    return each.issuer_match.advertised == false && is_under_any(each, missing);
                                }));
    finding.evidence = listed("missing: ", missing);
    if (const auto turned = written_backwards(facts); !turned.empty()) {
        finding.evidence.push_back(
            fmt::format("the list has {}, which is {} with the parts in the opposite order: write names most specific "
                        "part first, as RFC 4514 does",
                        clipped(in_words(turned.front()), 120),
                        turned.size() == 1 ? "the expected name" : "an expected name, like others,"));
    }
    finding.evidence.push_back(fmt::format("expected by {}; {}", sources(facts), listed_by(facts)));
    finding.remedies = advertise_the_right_cas(facts);
    finding.references = {"RFC 8446 §4.2.4", "RFC 5246 §7.4.4", "RFC 5280 §7.1"};
    return finding;
}

std::optional<Finding> unexpected_issuer(const Facts& facts)
{
    if (!facts.comparison || facts.comparison->result != issuers::ExpectResult::differs ||
        facts.expectation->mode != issuers::ExpectMode::exact) {
        return std::nullopt;
    }
    std::vector<x509::Name> extra;
    for (const issuers::Compared& entry : facts.comparison->unexpected) {
        if (entry.name.is_name()) { // anything else is malformed-certificate-request
            extra.push_back(entry.name);
        }
    }
    if (extra.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "unexpected-issuer", .severity = Severity::warning};
    finding.summary = fmt::format("The list holds {} that {} not expected", counted(extra.size(), "name"),
                                  extra.size() == 1 ? "was" : "were");
    finding.evidence = listed("not expected: ", extra);
    finding.evidence.push_back(fmt::format("expected by {}; {}", sources(facts), listed_by(facts)));
    finding.remedies = advertise_the_right_cas(facts);
    finding.remedies.push_back({"client", "If more names are fine, ask for less:", {"--expect-mode contains"}});
    finding.references = {"RFC 8446 §4.2.4", "RFC 5246 §7.4.4"};
    return finding;
}

std::optional<Finding> duplicate_issuer(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr) {
        return std::nullopt;
    }
    const auto repeated = issuers::duplicates(request->authorities);
    if (repeated.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "duplicate-issuer", .severity = Severity::info};
    finding.summary = fmt::format("The list holds {} more than once", counted(repeated.size(), "name"));
    for (std::size_t at = 0; at < repeated.size() && at < 12; ++at) {
        finding.evidence.push_back(fmt::format("{} times: {}", repeated[at].count, in_words(repeated[at].name)));
    }
    if (repeated.size() > 12) {
        finding.evidence.push_back(fmt::format("{} more names are repeated", repeated.size() - 12));
    }
    finding.evidence.push_back(listed_by(facts));
    finding.remedies = {
        {"any",
         "Harmless for clients. Often two certificates of one CA (renewed, or cross-signed): remove the "
         "one that is no longer needed from the file or store that the names come from.",
         {}}};
    finding.references = {"RFC 5280 §7.1"};
    return finding;
}

std::optional<Finding> issuer_encoding_differs(const Facts& facts)
{
    Finding finding{.id = "issuer-encoding-differs", .severity = Severity::warning};
    for (const CandidateFacts& candidate : facts.candidates) {
        if (candidate.issuer_match.encoding == x509::NameMatch::equivalent) {
            const x509::Name* own = name_at_depth(candidate);
            finding.evidence.push_back(fmt::format("{}: {}", label(candidate),
                                                   difference(*candidate.issuer_match.name, own, "the certificate")));
            add_who_cares(facts, candidate, finding);
        }
    }
    if (facts.comparison) {
        for (const issuers::Compared& entry : facts.comparison->matched) {
            if (entry.encoding == x509::NameMatch::equivalent) {
                finding.evidence.push_back("expected: " +
                                           difference(entry.name, expected_as(facts, entry.name), "the expected CA"));
            }
        }
    }
    if (finding.evidence.empty()) {
        return std::nullopt;
    }
    finding.summary = "A CA's name is in the list, but not byte for byte: clients that compare the bytes (Go, GnuTLS, "
                      "Firefox, Chromium) do not recognise it";
    finding.evidence.push_back("seen in " + normal_connection(facts));
    finding.evidence.emplace_back(
        "OpenSSL -strict and Java compare about as RFC 5280 §7.1 says; NSS and .NET on Windows "
        "pass over string types, but not over case and blanks; CryptoAPI is not documented");
    finding.remedies = {
        {"any",
         "Give the server the CA certificate that really issued the client certificates: its subject has the same "
         "bytes "
         "as their issuer. A CA that was reissued with another string type or spelling is the usual reason.",
         {"openssl x509 -noout -subject -nameopt RFC2253,show_type -in CA.pem",
          "openssl x509 -noout -issuer -nameopt RFC2253,show_type -in CLIENT.pem"}}};
    finding.references = {"RFC 5280 §7.1", "RFC 5280 §4.1.2.4"};
    return finding;
}

} // namespace mtls::verdict::rules
