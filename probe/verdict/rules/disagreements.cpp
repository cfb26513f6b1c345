#include "probe/verdict/rules/disagreements.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "probe/verdict/command.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/rules/variants.hpp"

namespace mtls::verdict::rules {

namespace {

void append(std::vector<std::string>& to, const std::vector<std::string>& more)
{
    for (const std::string& each : more) {
        if (std::find(to.begin(), to.end(), each) == to.end()) {
            to.push_back(each);
        }
    }
}

/// The first says most; the others add what they saw.
void add(Finding& finding, const Finding& more)
{
    finding.severity = std::max(finding.severity, more.severity);
    finding.summary +=
        fmt::format("; {}{}", static_cast<char>(std::tolower(more.summary.front())), more.summary.substr(1));
    append(finding.evidence, more.evidence);
    append(finding.references, more.references);
    finding.candidates = finding.candidates.empty() ? more.candidates : finding.candidates;
    for (const Remedy& remedy : more.remedies) {
        const bool known = std::any_of(finding.remedies.begin(), finding.remedies.end(),
                                       [&](const Remedy& each) { return each.text == remedy.text; });
        if (!known) {
            finding.remedies.push_back(remedy);
        }
    }
}

} // namespace

Remedy ask_each_back_end(const Facts& facts, Shown shown)
{
    const auto line = shown == Shown::with_candidates ? command_with_candidates : command;
    const bool elsewhere = !facts.observations.empty() && facts.observations.front().variant.port != facts.target.port;
    const std::string port = elsewhere ? fmt::format(":{}", facts.observations.front().variant.port) : "";
    return {"any",
            "Behind a load balancer, ask often, or one back end at a time.",
            {line(facts.target, "--repeat 20", {}),
             line(facts.target, "--connect BACK_END_ADDRESS" + port, {"--connect"})}};
}

bool only_versions_disagree(const Facts& facts)
{
    return !version_breaks_off(facts) && !let_in_by_chance(facts) && only_presence_differs_by_version(facts);
}

std::optional<Finding> bindings_disagree(const Facts& facts)
{
    if (facts.observations.size() < 2) { // as in a fleet that is asked one way
        return std::nullopt;
    }
    std::optional<Finding> finding;
    for (const Rule part : {version_breaks_off, let_in_by_chance, asked_differently}) {
        const auto more = part(facts);
        if (!more) {
            continue;
        }
        if (finding) {
            add(*finding, *more);
        } else {
            finding = more;
        }
    }
    return finding;
}

} // namespace mtls::verdict::rules
