#include "probe/verdict/rules/variants.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

/// What one variant was asked, ready to compare.
struct Answer {
    const Observation* seen = nullptr;
    RequestStatus status = RequestStatus::undetermined;
    std::vector<x509::Name> names;
    std::size_t group = 0; ///< answers of one group are the same
};

/// Lists can be long, so each is compared once with one of each kind.
void put_in_groups(std::vector<Answer>& all)
{
    std::vector<const Answer*> kinds;
    for (Answer& answer : all) {
        const auto same = std::find_if(kinds.begin(), kinds.end(), [&](const Answer* kind) {
            return kind->status == answer.status && issuers::same_set(kind->names, answer.names);
        });
        answer.group = static_cast<std::size_t>(same - kinds.begin());
        if (same == kinds.end()) {
            kinds.push_back(&answer);
        }
    }
}

/// Variants that say for certain whether they ask and what. One that could not connect, was refused before that, or
/// stopped before a late request could have come, disagrees with nobody.
std::vector<Answer> answers(const Facts& facts)
{
    std::vector<Answer> found;
    for (const Observation& seen : facts.observations) {
        const RequestStatus status = status_of(seen);
        if (seen.purpose != observation::Purpose::variant || status == RequestStatus::undetermined ||
            (status == RequestStatus::none && may_still_ask(seen))) {
            continue;
        }
        Answer answer{&seen, status, {}, 0};
        if (const auto index = request_that_counts(seen)) {
            answer.names = names_of(seen.certificate_requests[*index]);
        }
        found.push_back(std::move(answer));
    }
    put_in_groups(found);
    return found;
}

bool disagree(const Answer& left, const Answer& right)
{
    const bool same_version = left.seen->negotiated && right.seen->negotiated &&
                              left.seen->negotiated->version == right.seen->negotiated->version;
    if (same_version) {
        return left.group != right.group;
    }
    const bool same_way = left.seen->variant.address == right.seen->variant.address &&
                          left.seen->variant.port == right.seen->variant.port &&
                          left.seen->variant.sni == right.seen->variant.sni;
    // Some servers name nobody in one version by design; two lists that differ are no design.
    const bool two_lists = left.status == RequestStatus::list && right.status == RequestStatus::list;
    return same_way && (two_lists ? left.group != right.group
                                  : (left.status == RequestStatus::none) != (right.status == RequestStatus::none));
}

/// By group, which is by order of first appearance.
std::vector<std::vector<const Answer*>> grouped(const std::vector<Answer>& all)
{
    std::vector<std::vector<const Answer*>> groups;
    for (const Answer& answer : all) {
        if (answer.group >= groups.size()) {
            groups.resize(answer.group + 1);
        }
        groups[answer.group].push_back(&answer);
    }
    return groups;
}

std::string what_is_asked(const Answer& answer)
{
    switch (answer.status) {
    case RequestStatus::none:
        return "no certificate is asked for";
    case RequestStatus::empty:
        return "asked, with an empty list";
    case RequestStatus::malformed:
        return fmt::format("asked, with a malformed list ({} readable)", counted(answer.names.size(), "name"));
    case RequestStatus::list:
    case RequestStatus::undetermined:
        break;
    }
    return fmt::format("asked, with {}", counted(answer.names.size(), "name"));
}

bool any_pair_disagrees(const std::vector<Answer>& all)
{
    for (std::size_t left = 0; left < all.size(); ++left) {
        for (std::size_t right = left + 1; right < all.size(); ++right) {
            if (disagree(all[left], all[right])) {
                return true;
            }
        }
    }
    return false;
}

/// One row of the table: all connections of a group that were made the same way, apart from the TLS version.
struct Row {
    const Answer* first = nullptr;
    std::vector<std::string> versions;
    std::vector<int> ids;
};

std::vector<Row> rows(const std::vector<const Answer*>& group)
{
    std::vector<Row> all;
    for (const Answer* answer : group) {
        auto row = std::find_if(all.begin(), all.end(), [&](const Row& each) {
            const observation::Variant& here = each.first->seen->variant;
            const observation::Variant& there = answer->seen->variant;
            return here.address == there.address && here.port == there.port && here.sni == there.sni;
        });
        if (row == all.end()) {
            row = all.insert(all.end(), Row{answer, {}, {}});
        }
        const std::string version = version_in_words(*answer->seen);
        if (std::find(row->versions.begin(), row->versions.end(), version) == row->versions.end()) {
            row->versions.push_back(version);
        }
        row->ids.push_back(answer->seen->id);
    }
    return all;
}

/// "A: 127.0.0.1:8443, SNI server.test, TLS 1.3 and TLS 1.2: asked, with 1 name (observations 0 and 1)".
std::string in_words(char letter, const Row& row)
{
    const observation::Variant& way = row.first->seen->variant;
    const bool v6 = way.address.find(':') != std::string::npos;
    std::vector<std::string> ids;
    for (const int id : row.ids) {
        ids.push_back(std::to_string(id));
    }
    const std::string seen = ids.size() > 4
                                 ? fmt::format("{} observations, {} the first", ids.size(), ids.front())
                                 : fmt::format("observation{} {}", ids.size() == 1 ? "" : "s", enumerated(ids));
    return fmt::format("{}: {}{}{}:{}, {}, {}: {} ({})", letter, v6 ? "[" : "", way.address, v6 ? "]" : "", way.port,
                       sni_in_words(way), enumerated(row.versions), what_is_asked(*row.first), seen);
}

void describe(const std::vector<std::vector<const Answer*>>& groups, std::vector<std::string>& evidence)
{
    char letter = 'A';
    for (const auto& group : groups) {
        for (const Row& row : rows(group)) {
            evidence.push_back(in_words(letter, row));
        }
        letter = letter == 'Z' ? 'Z' : static_cast<char>(letter + 1);
    }
    const auto add = [&](const std::vector<std::string>& lines) {
        evidence.insert(evidence.end(), lines.begin(), lines.end());
    };
    const Answer& first = *groups.front().front();
    letter = 'B';
    for (std::size_t at = 1; at < groups.size() && letter <= 'D'; ++at, ++letter) {
        const Answer& other = *groups[at].front();
        if (first.names.empty() || other.names.empty()) {
            continue;
        }
        add(listed("only in A: ", issuers::only_in(first.names, other.names), 3));
        add(listed(fmt::format("only in {}: ", letter), issuers::only_in(other.names, first.names), 3));
    }
}

/// What two connections that disagree differ in, if it is one thing.
struct Ways {
    bool by_sni = false;
    bool by_address = false;
    bool by_version = false;
    bool by_time = false; ///< asked twice the same way
};

Ways ways_of(const std::vector<Answer>& all)
{
    Ways ways;
    for (const Answer& left : all) {
        for (const Answer& right : all) {
            if (!disagree(left, right)) {
                continue;
            }
            const bool sni = left.seen->variant.sni != right.seen->variant.sni;
            const bool address = left.seen->variant.address != right.seen->variant.address;
            const bool version = left.seen->negotiated && right.seen->negotiated &&
                                 left.seen->negotiated->version != right.seen->negotiated->version;
            ways.by_sni = ways.by_sni || (sni && !address && !version);
            ways.by_address = ways.by_address || (address && !sni && !version);
            ways.by_version = ways.by_version || (version && !sni && !address);
            ways.by_time = ways.by_time || (!sni && !address && !version);
        }
    }
    return ways;
}

std::string in_words(const Ways& ways)
{
    std::vector<std::string> words;
    if (ways.by_time) {
        words.emplace_back("from one connection to the next");
    }
    if (ways.by_sni) {
        words.emplace_back("with and without SNI");
    }
    if (ways.by_address) {
        words.emplace_back("by address");
    }
    if (ways.by_version) {
        words.emplace_back("by TLS version");
    }
    return words.empty() ? "from one way of asking to another" : enumerated(words);
}

/// Whether two lists differ, so that asking late in one version is no explanation.
bool lists_differ(const std::vector<Answer>& all)
{
    return std::any_of(all.begin(), all.end(), [&](const Answer& answer) {
        return answer.status == RequestStatus::list && std::any_of(all.begin(), all.end(), [&](const Answer& other) {
                   return other.status == RequestStatus::list && other.group != answer.group;
               });
    });
}

/// The sentence about where to look; a connection that differs by itself explains the other differences.
std::string usual_cause(const Ways& ways, const std::vector<Answer>& all)
{
    if (ways.by_time) {
        return "the usual cause: back ends behind one address that are set up differently; --repeat N shows how often";
    }
    if (ways.by_sni) {
        return "the usual cause: the binding for the name and the one for IP:port, which clients without SNI reach, "
               "are "
               "set up differently";
    }
    if (ways.by_address) {
        return "the usual cause: the name's addresses lead to servers, or to IPv4 and IPv6 bindings, that are set up "
               "differently";
    }
    return lists_differ(all)
               ? "the usual cause: back ends behind one address that are set up differently (--repeat "
                 "20 tells), or settings that hold for one TLS version only"
               : "the usual cause: the server asks after the HTTP request, which works in one TLS version "
                 "only, or settings that hold for one version only";
}

/// A connection by another way than a normal client's that was asked something else; null if there is none.
const Observation* other_than_normal(const Facts& facts, const std::vector<Answer>& all)
{
    const auto normal = std::find_if(all.begin(), all.end(), [&](const Answer& answer) {
        return facts.request.observation && answer.seen == &facts.observations[*facts.request.observation];
    });
    if (normal == all.end()) {
        return nullptr;
    }
    const auto other = std::find_if(all.begin(), all.end(), [&](const Answer& answer) {
        const observation::Variant& here = normal->seen->variant;
        const observation::Variant& there = answer.seen->variant;
        const bool elsewhere = here.sni != there.sni || here.address != there.address || here.port != there.port;
        return elsewhere && disagree(*normal, answer);
    });
    return other == all.end() ? nullptr : other->seen;
}

} // namespace

bool only_versions_disagree(const Facts& facts)
{
    const auto all = answers(facts);
    const Ways ways = ways_of(all);
    return !lists_differ(all) && ways.by_version && !ways.by_sni && !ways.by_address && !ways.by_time;
}

std::optional<Finding> bindings_disagree(const Facts& facts)
{
    if (facts.observations.size() < 2) { // as in a fleet that is asked one way
        return std::nullopt;
    }
    const auto all = answers(facts);
    if (!any_pair_disagrees(all)) {
        return std::nullopt;
    }
    Finding finding{.id = "bindings-disagree", .severity = Severity::warning};
    const Ways ways = ways_of(all);
    finding.summary = "The server asks differently " + in_words(ways);
    describe(grouped(all), finding.evidence);
    finding.evidence.push_back(usual_cause(ways, all));
    finding.remedies =
        make_bindings_alike(facts, other_than_normal(facts, all), ways.by_time ? Servers::several : Servers::one);
    const Remedy balancer{
        "any",
        "Behind a load balancer, ask often, or one back end at a time.",
        {fmt::format("mtls-probe {} --repeat 20", x509::printable(facts.target.input)),
         fmt::format("mtls-probe {} --connect BACK_END_ADDRESS", x509::printable(facts.target.input))}};
    finding.remedies.insert(ways.by_time ? finding.remedies.begin() : finding.remedies.end(), balancer);
    finding.references = {"RFC 6066 §3", "Microsoft: netsh http show sslcert"};
    return finding;
}

} // namespace mtls::verdict::rules
