#include "probe/report/list_marks.hpp"

#include <fmt/format.h>

namespace mtls::report {

namespace {

issuers::NameIndex matched(const verdict::Facts& facts)
{
    std::vector<x509::Name> names;
    if (facts.comparison) {
        for (const issuers::Compared& entry : facts.comparison->matched) {
            names.push_back(entry.name);
        }
    }
    return issuers::NameIndex{std::move(names)};
}

std::string relation(const verdict::CandidateFacts& candidate)
{
    const int depth = candidate.issuer_match.depth.value_or(1);
    const std::string label = x509::printable(candidate.name);
    const char* encoding =
        candidate.issuer_match.encoding == x509::NameMatch::equivalent ? " (equal, but not byte for byte)" : "";
    if (depth == 0) {
        return fmt::format("{} itself{}", label, encoding);
    }
    return fmt::format("{} {}{}", depth == 1 ? "issued" : "is above", label, encoding);
}

} // namespace

Marks::Marks(const verdict::Facts& facts) : facts_{facts}, matched_{matched(facts)}
{
    for (const verdict::CandidateFacts& candidate : facts.candidates) {
        if (candidate.issuer_match.name) {
            wanted_[candidate.issuer_match.name->der()].push_back(&candidate);
        }
    }
}

Mark Marks::of(const observation::Authority& entry) const
{
    Mark mark;
    if (facts_.expectation) {
        against_expectation(entry, mark);
    }
    if (!entry.is_name) {
        mark.word = "BAD";
        mark.tone = Tone::bad;
        mark.matters = true;
    }
    if (entry.error) {
        mark.notes.push_back("! " + x509::printable(*entry.error));
        mark.matters = true;
    }
    if (const auto wanted = wanted_.find(entry.name.der()); wanted != wanted_.end()) {
        for (const verdict::CandidateFacts* candidate : wanted->second) {
            mark.notes.push_back("<- " + relation(*candidate));
        }
        mark.matters = true;
    }
    return mark;
}

void Marks::against_expectation(const observation::Authority& entry, Mark& mark) const
{
    const auto hit = matched_.find(entry.name);
    if (!hit) {
        mark.word = "extra";
        mark.tone = facts_.expectation->mode == issuers::ExpectMode::exact ? Tone::warn : Tone::plain;
        return;
    }
    mark.word = "expected";
    mark.tone = Tone::good;
    mark.matters = true;
    if (facts_.comparison->matched[hit->position].encoding == x509::NameMatch::equivalent) {
        mark.notes.emplace_back("~ equal, but not byte for byte what is expected");
    }
}

} // namespace mtls::report
