#include "probe/report/list_section.hpp"

#include <fmt/format.h>

#include "probe/report/list_marks.hpp"
#include "probe/report/nameless_entries.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::report {

using verdict::counted;
using verdict::in_words;

namespace {

/// Lists up to this length are shown whole, and this many names of a longer one that nothing else speaks for.
constexpr std::size_t long_list = 8;
constexpr std::size_t samples = 4;

void put_missing(Page& page, const verdict::Facts& facts)
{
    if (!facts.comparison) {
        return;
    }
    for (const issuers::Compared& entry : facts.comparison->missing) {
        page.put("     -  MISSING   ", in_words(entry.name), Tone::bad);
    }
}

std::string title(const verdict::Facts& facts, const observation::RequestSeen& request, std::string_view whose)
{
    const bool malformed = facts.request.status == verdict::RequestStatus::malformed;
    std::string text = fmt::format("Trusted issuer list{}{}: {}, {}", whose,
                                   !request.complete ? ", as far as it came"
                                   : malformed       ? ", as far as it can be read"
                                                     : "",
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

void put_list(Page& page, const verdict::Facts& facts, const TextStyle& style, std::string_view whose)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || (request->authorities.empty() && !facts.comparison)) {
        return;
    }
    page.heading(title(facts, *request, whose));
    put_missing(page, facts);
    Marks marks{facts};
    const bool all = style.verbose || request->authorities.size() <= long_list;
    std::size_t hidden = 0;
    NamelessEntries nameless;
    for (std::size_t at = 0; at < request->authorities.size(); ++at) {
        const observation::Authority& entry = request->authorities[at];
        if (!nameless.tells(entry)) {
            continue;
        }
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
    if (nameless.left_out() > 0) {
        page.put("        ", fmt::format("... and {} more without a name", nameless.left_out()));
    }
    if (hidden > 0) {
        page.put("        ", fmt::format("... and {} (-v shows every name)", counted(hidden, "more name")));
    }
}

} // namespace mtls::report
