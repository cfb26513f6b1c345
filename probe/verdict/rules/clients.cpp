#include <fmt/format.h>

#include "probe/verdict/opinions.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

using clients::Sends;

/// One line for those that send it, and one for each reason not to.
void add_evidence(const Facts& facts, const CandidateFacts& candidate, Finding& finding)
{
    const auto predictions = spoken_of(facts, candidate);
    finding.evidence.push_back(
        fmt::format("{}: would be sent by {}", label(candidate), listed_names(who(predictions, Sends::yes))));
    for (const Opinion& opinion : opinions(predictions)) {
        if (opinion.sends == Sends::no) {
            finding.evidence.push_back(
                fmt::format("{}: not by {}: {}", label(candidate), listed_names(opinion.held_by), opinion.reason));
        }
    }
}

std::string summary_of(const Facts& facts, const std::vector<const CandidateFacts*>& found)
{
    if (found.size() > 1) {
        return fmt::format("Client programs would not all send {}", labels(found));
    }
    const auto predictions = spoken_of(facts, *found.front());
    return fmt::format(
        "Not every client program would send {}: {} would, {} would not, as far as their rules are known",
        labels(found), who(predictions, Sends::yes).size(), who(predictions, Sends::no).size());
}

} // namespace

std::optional<Finding> clients_disagree(const Facts& facts)
{
    const auto found =
        candidates_where(facts, [&](const CandidateFacts& each) { return disagree(spoken_of(facts, each)); });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "clients-disagree", .severity = Severity::info, .sureness = Sureness::likely};
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        add_evidence(facts, *each, finding);
    }
    finding.evidence.push_back("asked for in " + normal_connection(facts));
    finding.summary = summary_of(facts, found);
    finding.remedies = {
        {"client",
         "That one program gets in proves nothing for another. Give each of them the intermediates as well, since most "
         "look for a listed issuer in what they hold.",
         {}},
        {"any",
         std::string{request_of(facts)->stage == observation::Stage::handshake
                         ? ""
                         : "Ask in the handshake, since many programs cannot be asked later. "} +
             "Name the CAs that issued the client certificates, with the bytes of their own certificates, and ask for "
             "every type of key and the usual signature algorithms: then all of them find the certificate.",
         {}}};
    finding.references = {"RFC 8446 §4.2.4", "RFC 5246 §7.4.6"};
    return finding;
}

} // namespace mtls::verdict::rules
