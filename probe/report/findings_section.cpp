#include "probe/report/findings_section.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "probe/verdict/causes.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::report {

using verdict::Finding;
using verdict::Severity;

namespace {

/// What of a finding's evidence is shown unless all is asked for.
constexpr std::size_t evidence_shown = 7;

/// Remedies, each command printed once in a report.
class Remedies {
  public:
    Remedies(Page& page, const verdict::Facts& facts, bool verbose)
        : page_{page}, product_{verdict::server_product(facts)}, not_iis_{verdict::speaks_against_iis(facts)},
          verbose_{verbose}
    {
    }

    void put(const Finding& finding)
    {
        std::set<std::string> servers;
        for (const verdict::Remedy& remedy : finding.remedies) {
            if (concerns_this_server(remedy) && is_for_a_server(remedy)) {
                servers.insert(remedy.applies_to);
            }
        }
        for (const verdict::Remedy& remedy : finding.remedies) {
            if (!concerns_this_server(remedy)) {
                hidden_.insert(remedy.applies_to);
            } else if (!verbose_ && servers.size() > 1 && is_for_a_server(remedy)) {
                point_at(remedy);
            } else {
                put(remedy);
            }
        }
    }

    /// Whose remedies were left out, or only pointed at.
    [[nodiscard]] const std::set<std::string>& hidden() const { return hidden_; }

  private:
    static bool is_for_a_server(const verdict::Remedy& remedy)
    {
        return remedy.applies_to != "client" && remedy.applies_to != "any";
    }

    /// If the server says what it is, the others' remedies are noise.
    [[nodiscard]] bool concerns_this_server(const verdict::Remedy& remedy) const
    {
        if (verbose_ || !is_for_a_server(remedy)) {
            return true;
        }
        return product_.empty() ? remedy.applies_to != "iis" || !not_iis_ : remedy.applies_to == product_;
    }

    /// While it is not known which server it is, a line each: what the reader has is one of them.
    void point_at(const verdict::Remedy& remedy)
    {
        hidden_.insert(remedy.applies_to);
        if (!printed_.insert(remedy.applies_to + "\n" + remedy.text).second) {
            return;
        }
        const bool leads = remedy.text.ends_with(':') && !remedy.commands.empty();
        page_.put_in_one_line(fmt::format("   fix ({}): ", remedy.applies_to),
                              leads ? remedy.text + " " + remedy.commands.front() : remedy.text);
    }

    void put(const verdict::Remedy& remedy)
    {
        if (!printed_.insert(remedy.applies_to + "\n" + remedy.text).second) {
            return;
        }
        std::vector<std::string> fresh;
        std::copy_if(remedy.commands.begin(), remedy.commands.end(), std::back_inserter(fresh),
                     [&](const std::string& command) { return !pasted_.contains(command); });
        const char* above = fresh.size() == remedy.commands.size() ? ""
                            : fresh.empty()                        ? " The commands are those above."
                                                                   : " What stands above is not repeated.";
        const std::string who = remedy.applies_to == "any" ? "fix: " : fmt::format("fix ({}): ", remedy.applies_to);
        page_.put("   ", who + remedy.text + above, Tone::plain, Tone::strong);
        for (const std::string& command : fresh) {
            page_.paste(4, command);
        }
        pasted_.insert(fresh.begin(), fresh.end());
        if (!fresh.empty() && !remedy.legend.empty() && printed_.insert(remedy.legend).second) {
            page_.put("   ", remedy.legend);
        }
    }

    Page& page_;
    std::string product_;
    bool not_iis_;
    bool verbose_;
    std::set<std::string> hidden_;
    std::set<std::string> printed_;
    std::set<std::string> pasted_;
};

/// The section, from top to bottom.
class Section {
  public:
    Section(Page& page, const Report& report, const TextStyle& style)
        : page_{page}, report_{report}, style_{style}, remedies_{page, report.facts, style.verbose}
    {
    }

    void put()
    {
        for (const Finding& finding : report_.judgement.findings) {
            if (style_.verbose || (finding.follows_from.empty() && finding.severity != Severity::info)) {
                put_in_full(finding);
            }
        }
        if (!style_.verbose) {
            put_notes();
            put_what_is_left_out();
        }
    }

  private:
    void put_in_full(const Finding& finding)
    {
        page_.blank();
        page_.put(fmt::format("{:<8}  ", to_string(finding.severity)), finding.id, tone_of(finding.severity),
                  Tone::strong);
        if (!report_.judgement.summary.starts_with(finding.summary) || style_.verbose) {
            page_.put("   ", finding.summary + ".");
        }
        const std::size_t most = style_.verbose ? finding.evidence.size() : evidence_shown;
        for (std::size_t at = 0; at < finding.evidence.size() && at < most; ++at) {
            page_.put("   - ", finding.evidence[at]);
        }
        if (finding.evidence.size() > most) {
            page_.put("   - ", fmt::format("and {} more (-v)", finding.evidence.size() - most));
        }
        remedies_.put(finding);
        if (style_.verbose) {
            std::string references;
            for (const std::string& reference : finding.references) {
                references += (references.empty() ? "" : ", ") + reference;
            }
            page_.put("   see: ", references);
        } else {
            put_symptoms_of(finding);
        }
    }

    /// Each under its first cause, so that none is told twice; one about several candidates with several causes under
    /// each, with those whom that one explains.
    void put_symptoms_of(const Finding& cause)
    {
        bool first = true;
        for (const Finding& finding : report_.judgement.findings) {
            const auto explained = explained_by(cause, finding);
            const bool in_part =
                finding.follows_from.size() > 1 && !explained.empty() && explained.size() < finding.candidates.size();
            if (std::ranges::find(finding.follows_from, cause.id) == finding.follows_from.end() ||
                (finding.follows_from.front() != cause.id && !in_part)) {
                continue;
            }
            if (first) {
                page_.put("   ", "What follows from it:");
            }
            first = false;
            put_in_short(finding, in_part ? verdict::enumerated(explained) : statement(finding));
        }
    }

    /// The candidates of both, by name.
    [[nodiscard]] std::vector<std::string> explained_by(const Finding& cause, const Finding& symptom) const
    {
        std::vector<std::string> names;
        for (const std::size_t index : symptom.candidates) {
            if (std::ranges::find(cause.candidates, index) != cause.candidates.end()) {
                names.push_back(x509::printable(report_.facts.candidates[index].name));
            }
        }
        return names;
    }

    void put_in_short(const Finding& finding, const std::string& words)
    {
        const std::string lead = fmt::format("   {:<8}  ", to_string(finding.severity));
        page_.put_in_one_line(lead, fmt::format("{}: {}", finding.id, words), tone_of(finding.severity));
    }

    void put_notes()
    {
        bool first = true;
        for (const Finding& finding : report_.judgement.findings) {
            if (finding.severity != Severity::info || follows_from_a_shown_cause(finding)) {
                continue;
            }
            if (first) {
                page_.blank();
            }
            first = false;
            page_.put(fmt::format("   {:<8}  ", to_string(finding.severity)),
                      fmt::format("{}: {}", finding.id, statement(finding)), tone_of(finding.severity));
        }
    }

    /// Then it stands below that cause already.
    [[nodiscard]] bool follows_from_a_shown_cause(const Finding& finding) const
    {
        const auto& all = report_.judgement.findings;
        return !finding.follows_from.empty() && std::any_of(all.begin(), all.end(), [&](const Finding& cause) {
            return cause.id == finding.follows_from.front() && cause.severity != Severity::info;
        });
    }

    void put_what_is_left_out()
    {
        std::string others;
        for (const std::string& product : remedies_.hidden()) {
            others += (others.empty() ? "" : ", ") + product;
        }
        page_.put("   ",
                  others.empty() ? "More with -v." : fmt::format("More with -v, the fixes for {} among it.", others));
    }

    Page& page_;
    const Report& report_;
    const TextStyle& style_;
    Remedies remedies_;
};

} // namespace

void put_findings(Page& page, const Report& report, const TextStyle& style)
{
    if (!report.judgement.findings.empty()) {
        Section{page, report, style}.put();
    }
}

} // namespace mtls::report
