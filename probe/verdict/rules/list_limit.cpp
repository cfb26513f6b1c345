#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/rules/store.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

namespace {

/// What SChannel sends at most: Windows Server 2008 to 2012, and 2003. Whole names are cut.
constexpr std::array<std::size_t, 2> limits{16384, 12288};

/// RFC 5246 §7.4.4: each name has two bytes of length before it.
std::size_t wire_size(const x509::Name& name)
{
    return name.der().size() + 2;
}

/// Names that should be there and are not: expected ones, and candidates' issuers.
std::vector<x509::Name> missing_names(const Facts& facts)
{
    std::vector<x509::Name> names;
    if (facts.comparison && facts.comparison->result == issuers::ExpectResult::differs) {
        for (const issuers::Compared& entry : facts.comparison->missing) {
            names.push_back(entry.name);
        }
    }
    for (const CandidateFacts& candidate : facts.candidates) {
        if (candidate.issuer_match.advertised == false) {
            names.push_back(candidate.leaf.issuer());
        }
    }
    return names;
}

/// Expected names come in the order of a store, as a rule: then only the last ones are cut.
bool only_the_tail_is_missing(const Facts& facts)
{
    if (!facts.expectation || !facts.comparison || facts.comparison->matched.empty() ||
        facts.comparison->missing.empty()) {
        return false;
    }
    const x509::Name& first_missing = facts.comparison->missing.front().name;
    const auto& expected = facts.expectation->issuers;
    const auto at = std::find_if(expected.begin(), expected.end(),
                                 [&](const issuers::ExpectedIssuer& issuer) { return issuer.name == first_missing; });
    return static_cast<std::size_t>(expected.end() - at) == facts.comparison->missing.size();
}

} // namespace

std::optional<std::size_t> limit_reached(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || request->authorities.empty() || speaks_against_iis(facts)) {
        return std::nullopt;
    }
    std::size_t next = 0; // what did not fit: a missing name, or one as long as the longest
    for (const x509::Name& name : missing_names(facts)) {
        next = std::max(next, wire_size(name));
    }
    for (const observation::Authority& entry : request->authorities) {
        next = std::max(next, wire_size(entry.name));
    }
    const std::size_t bytes = request->request.certificate_authorities_bytes;
    for (const std::size_t limit : limits) {
        if (bytes <= limit && bytes + next > limit) {
            return limit;
        }
    }
    return std::nullopt;
}

std::optional<Finding> issuer_list_truncated(const Facts& facts)
{
    const auto limit = limit_reached(facts);
    const auto missing = missing_names(facts);
    if (!limit || (missing.empty() && server_product(facts) != "iis")) {
        return std::nullopt;
    }
    const observation::RequestSeen& request = *request_of(facts);
    Finding finding{.id = "issuer-list-truncated", .severity = missing.empty() ? Severity::info : Severity::critical};
    finding.summary =
        fmt::format("The list ends at {} bytes, just below the {} at which Windows cuts it off{}",
                    request.request.certificate_authorities_bytes, *limit,
                    missing.empty() ? ""
                                    : fmt::format(", and {} missing", counted(missing.size(), "name") +
                                                                          (missing.size() == 1 ? " is" : " are")));
    finding.evidence.push_back(fmt::format("{}: {} in {} bytes", normal_connection(facts),
                                           counted(request.authorities.size(), "name"),
                                           request.request.certificate_authorities_bytes));
    const auto lines = listed("missing: ", missing, 4);
    finding.evidence.insert(finding.evidence.end(), lines.begin(), lines.end());
    if (only_the_tail_is_missing(facts)) {
        finding.evidence.emplace_back("what is missing is the tail of what is expected, as a cut leaves it");
    }
    finding.evidence.emplace_back(
        "SChannel of Windows Server 2008 to 2012 cuts at 16,384 bytes and that of 2003 at 12,288, whole names, and "
        "logs "
        "it as event 36885; what is cut off is not trusted either, even if no list is sent (KB 2880390)");
    finding.remedies = {shorten_the_list(facts)};
    finding.references = {"Microsoft KB 2880390 (trusted issuer list over 16 KB)", "Microsoft: Schannel event 36885"};
    return finding;
}

} // namespace mtls::verdict::rules
