#include "probe/report/list_section.hpp"

#include <map>

#include <fmt/format.h>

#include "probe/issuers/name_index.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::report {

using verdict::counted;
using verdict::in_words;

namespace {

/// Lists up to this length are shown whole, and this many names of a longer one that nothing else speaks for.
constexpr std::size_t long_list = 8;
constexpr std::size_t samples = 4;

struct Mark {
    std::string word;
    Tone tone = Tone::plain;
    std::vector<std::string> notes; ///< below the name
    bool matters = false;           ///< shown even of a long list
};

class Marks {
  public:
    explicit Marks(const verdict::Facts& facts) : facts_{facts}, matched_{matched(facts)}
    {
        for (const verdict::CandidateFacts& candidate : facts.candidates) {
            if (candidate.issuer_match.name) {
                wanted_[candidate.issuer_match.name->der()].push_back(&candidate);
            }
        }
    }

    Mark of(const observation::Authority& entry)
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

  private:
    static issuers::NameIndex matched(const verdict::Facts& facts)
    {
        std::vector<x509::Name> names;
        if (facts.comparison) {
            for (const issuers::Compared& entry : facts.comparison->matched) {
                names.push_back(entry.name);
            }
        }
        return issuers::NameIndex{std::move(names)};
    }

    void against_expectation(const observation::Authority& entry, Mark& mark)
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

    static std::string relation(const verdict::CandidateFacts& candidate)
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

    const verdict::Facts& facts_;
    issuers::NameIndex matched_;
    std::map<x509::Der, std::vector<const verdict::CandidateFacts*>> wanted_;
};

void put_missing(Page& page, const verdict::Facts& facts)
{
    if (!facts.comparison) {
        return;
    }
    for (const issuers::Compared& entry : facts.comparison->missing) {
        page.put("     -  MISSING   ", in_words(entry.name), Tone::bad);
    }
}

std::string title(const verdict::Facts& facts, const observation::RequestSeen& request)
{
    const bool malformed = facts.request.status == verdict::RequestStatus::malformed;
    std::string text = fmt::format("Trusted issuer list{}: {}, {}", malformed ? ", as far as it can be read" : "",
                                   counted(request.authorities.size(), "name"),
                                   counted(request.request.certificate_authorities_bytes, "byte"));
    if (facts.expectation && facts.comparison) {
        const issuers::Comparison& comparison = *facts.comparison;
        text += fmt::format(" ({} expected, {} missing, {} extra)", comparison.matched.size(),
                            comparison.missing.size(), comparison.unexpected.size());
    }
    return text;
}

} // namespace

void put_list(Page& page, const verdict::Facts& facts, const TextStyle& style)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || (request->authorities.empty() && !facts.comparison)) {
        return;
    }
    page.heading(title(facts, *request));
    put_missing(page, facts);
    Marks marks{facts};
    const bool all = style.verbose || request->authorities.size() <= long_list;
    std::size_t hidden = 0;
    for (std::size_t at = 0; at < request->authorities.size(); ++at) {
        const observation::Authority& entry = request->authorities[at];
        const Mark mark = marks.of(entry);
        if (!all && !mark.matters && at >= samples) {
            ++hidden;
            continue;
        }
        const std::string word = facts.expectation || !mark.word.empty() ? fmt::format("{:<8}  ", mark.word) : "";
        const std::string lead = fmt::format("{:>6}  {}", at + 1, word);
        if (style.verbose || mark.matters) {
            page.put(lead, in_words(entry.name), mark.tone);
        } else {
            page.put_in_one_line(lead, in_words(entry.name), mark.tone);
        }
        for (const std::string& note : mark.notes) {
            page.put(std::string(columns(lead), ' '), note, Tone::plain, Tone::strong);
        }
    }
    if (hidden > 0) {
        page.put("        ", fmt::format("... and {} (-v shows every name)", counted(hidden, "more name")));
    }
}

} // namespace mtls::report
