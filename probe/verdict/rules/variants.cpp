#include "probe/verdict/rules/variants.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/disagreements.hpp"
#include "probe/verdict/rules/remedies.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

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

/// A connection that differs by itself explains the other differences: then they are no sign of a binding or a version.
std::string in_words(const Ways& ways)
{
    if (ways.by_time) {
        return "from one connection to the next";
    }
    std::vector<std::string> words;
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

/// The sentence about where to look.
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

std::string what_is_asked(const Answer& answer)
{
    switch (answer.status) {
    case RequestStatus::none:
        return answer.seen->list_only ? "no certificate is asked for in the handshake (it may be later)"
                                      : "no certificate is asked for";
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

bool only_presence_differs_by_version(const Facts& facts)
{
    const auto all = answers(facts.observations);
    const Ways ways = ways_of(all);
    return !lists_differ(all) && ways.by_version && !ways.by_sni && !ways.by_address && !ways.by_time;
}

std::optional<Finding> asked_differently(const Facts& facts)
{
    const auto all = answers(facts.observations);
    if (!any_pair_disagrees(all)) {
        return std::nullopt;
    }
    Finding finding{.id = "bindings-disagree", .severity = Severity::warning};
    const Ways ways = ways_of(all);
    const bool only_first_flights =
        std::all_of(all.begin(), all.end(), [](const Answer& answer) { return answer.seen->list_only; });
    finding.summary = fmt::format("The server asks differently {}{}", in_words(ways),
                                  only_first_flights ? " in the handshake, and only that was looked at" : "");
    describe(grouped(all), finding.evidence);
    finding.evidence.push_back(usual_cause(ways, all));
    finding.remedies =
        make_bindings_alike(facts, other_than_normal(facts, all), ways.by_time ? Servers::several : Servers::one);
    finding.remedies.insert(ways.by_time ? finding.remedies.begin() : finding.remedies.end(),
                            ask_each_back_end(facts, Shown::without_candidates));
    finding.references = {"RFC 6066 §3", "Microsoft: netsh http show sslcert"};
    return finding;
}

} // namespace mtls::verdict::rules
