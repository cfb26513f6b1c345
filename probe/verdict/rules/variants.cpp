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
    return same_way && (left.status == RequestStatus::none) != (right.status == RequestStatus::none);
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

void describe(const std::vector<std::vector<const Answer*>>& groups, std::vector<std::string>& evidence)
{
    char letter = 'A';
    for (const auto& group : groups) {
        for (const Answer* answer : group) {
            evidence.push_back(fmt::format("{}: {}: {}", letter, where(*answer->seen), what_is_asked(*answer)));
        }
        letter = letter == 'Z' ? 'Z' : static_cast<char>(letter + 1);
    }
    const Answer& first = *groups.front().front();
    letter = 'B';
    for (std::size_t at = 1; at < groups.size() && letter <= 'D'; ++at, ++letter) {
        const Answer& other = *groups[at].front();
        if (first.names.empty() || other.names.empty()) {
            continue;
        }
        for (const auto& lines :
             {listed("only in A: ", issuers::only_in(first.names, other.names), 5),
              listed(fmt::format("only in {}: ", letter), issuers::only_in(other.names, first.names), 5)}) {
            evidence.insert(evidence.end(), lines.begin(), lines.end());
        }
    }
}

std::string differing_by(const std::vector<Answer>& all)
{
    bool by_sni = false;
    bool by_address = false;
    bool by_version = false;
    for (const Answer& left : all) {
        for (const Answer& right : all) {
            if (disagree(left, right)) {
                const bool sni = left.seen->variant.sni != right.seen->variant.sni;
                const bool address = left.seen->variant.address != right.seen->variant.address;
                const bool version = left.seen->negotiated && right.seen->negotiated &&
                                     left.seen->negotiated->version != right.seen->negotiated->version;
                by_sni = by_sni || (sni && !address && !version);
                by_address = by_address || (address && !sni && !version);
                by_version = by_version || (version && !sni && !address);
            }
        }
    }
    std::vector<std::string> ways;
    if (by_sni) {
        ways.emplace_back("with and without SNI");
    }
    if (by_address) {
        ways.emplace_back("by address");
    }
    if (by_version) {
        ways.emplace_back("by TLS version");
    }
    return ways.empty() ? "from one connection to the next" : enumerated(ways);
}

} // namespace

std::optional<Finding> bindings_disagree(const Facts& facts)
{
    const auto all = answers(facts);
    if (!any_pair_disagrees(all)) {
        return std::nullopt;
    }
    Finding finding{.id = "bindings-disagree", .severity = Severity::warning};
    finding.summary = "The server asks differently " + differing_by(all);
    describe(grouped(all), finding.evidence);
    finding.remedies = advertise_the_right_cas(facts);
    finding.remedies.front().text = "Compare the bindings: one for the name, one for IP:port or 0.0.0.0 that clients "
                                    "without SNI reach, and an exact "
                                    "IP:port can win over a name. Give each the same Ctl Store Name and Negotiate "
                                    "Client Certificate; Disable TLS1.3 "
                                    "is per binding too. " +
                                    finding.remedies.front().text;
    finding.remedies.push_back(
        {"any",
         "Behind a load balancer, compare the back ends: ask one address at a time.",
         {fmt::format("mtls-probe {} --connect BACK_END_ADDRESS", x509::printable(facts.target.input))}});
    finding.references = {"RFC 6066 §3", "Microsoft: netsh http show sslcert"};
    return finding;
}

} // namespace mtls::verdict::rules
