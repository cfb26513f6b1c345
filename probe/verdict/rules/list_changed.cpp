#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/command.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

/// So many variants are told in full: bindings of one server mostly change together.
constexpr std::size_t variants_shown = 4;

std::string types(const std::vector<wire::ClientCertificateType>& all)
{
    std::string text;
    for (const auto type : all) {
        text += (text.empty() ? "" : ", ") + wire::name(type);
    }
    return text.empty() ? "none" : text;
}

void describe(const Facts& facts, const VariantChange& change, std::vector<std::string>& evidence)
{
    const observation::Observation& now = facts.observations[change.observation];
    // What was compared: a later request that was cut short says nothing.
    const auto counts = request_that_counts(now);
    const observation::RequestSeen* request = counts ? &now.certificate_requests[*counts] : nullptr;
    const std::string place = where(now);
    if (change.status_then != change.status_now) {
        evidence.push_back(fmt::format("{}: the request was `{}` then and is `{}` now", place,
                                       to_string(change.status_then), to_string(change.status_now)));
    } else {
        evidence.push_back(fmt::format("{}: {} added, {} removed", place, counted(change.added.size(), "name"),
                                       counted(change.removed.size(), "name")));
    }
    for (const auto& lines : {listed("added: ", change.added, 6), listed("removed: ", change.removed, 6),
                              listed("in other bytes than then: ", change.recoded, 3)}) {
        evidence.insert(evidence.end(), lines.begin(), lines.end());
    }
    if (change.reordered) {
        evidence.emplace_back("the same names, in another order or number");
    }
    if (change.stage_then && request != nullptr) {
        evidence.push_back(
            fmt::format("asked {} then, {} now", stage_in_words(*change.stage_then), stage_in_words(request->stage)));
    }
    if (change.types_then && request != nullptr) {
        evidence.push_back(fmt::format(
            "certificate types then: {}; now: {}", types(*change.types_then),
            types(request->request.certificate_types.value_or(std::vector<wire::ClientCertificateType>{}))));
    }
}

/// What the summary says of the change that matters most.
std::string in_short(const VariantChange& change)
{
    if (change.status_then != change.status_now) {
        return fmt::format("was `{}`, is `{}`", to_string(change.status_then), to_string(change.status_now));
    }
    if (!change.added.empty() || !change.removed.empty()) {
        return fmt::format("{} added, {} removed", counted(change.added.size(), "name"),
                           counted(change.removed.size(), "name"));
    }
    if (!change.recoded.empty()) {
        return counted(change.recoded.size(), "name") + " in other bytes";
    }
    if (change.stage_then) {
        return "it is asked at another stage";
    }
    return change.types_then ? "other certificate types" : "the order only";
}

} // namespace

std::optional<Finding> issuer_list_changed(const Facts& facts)
{
    if (facts.changes.empty()) {
        return std::nullopt;
    }
    const auto worst = std::find_if(facts.changes.begin(), facts.changes.end(), matters);
    const bool harmless = worst == facts.changes.end();
    Finding finding{.id = "issuer-list-changed", .severity = harmless ? Severity::info : Severity::warning};
    finding.summary = fmt::format("What the server asks for is not what it was in the baseline: {}",
                                  in_short(harmless ? facts.changes.front() : *worst));
    finding.evidence.push_back(
        fmt::format("the baseline: {}, made {}", x509::printable(facts.baseline->source), facts.baseline->started));
    for (std::size_t at = 0; at < std::min(variants_shown, facts.changes.size()); ++at) {
        describe(facts, facts.changes[at], finding.evidence);
    }
    if (facts.changes.size() > variants_shown) {
        finding.evidence.push_back(
            fmt::format("{} changed as well", counted(facts.changes.size() - variants_shown, "more variant")));
    }
    finding.remedies = {
        {"any",
         "If it was meant, take this as the new baseline; otherwise find out who changed the store, the "
         "file or the binding.",
         {command(facts.target, "--save-baseline " + shell_word(facts.baseline->source))}}};
    finding.references = {"RFC 8446 §4.2.4", "RFC 5246 §7.4.4"};
    return finding;
}

} // namespace mtls::verdict::rules
