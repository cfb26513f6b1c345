#include "probe/report/clients_section.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "probe/verdict/opinions.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::report {

namespace {

using clients::Prediction;
using clients::Sends;

/// As many columns as a page has room for beside the names.
constexpr std::size_t candidates_at_once = 6;

const char* cell(Sends sends)
{
    switch (sends) {
    case Sends::yes:
        return "sends";
    case Sends::no:
        return "no";
    case Sends::unknown:
        break;
    }
    return "?";
}

const char* modal(Sends sends)
{
    switch (sends) {
    case Sends::yes:
        return "would";
    case Sends::no:
        return "would not";
    case Sends::unknown:
        break;
    }
    return "might";
}

/// Those that send come first.
int rank(Sends sends)
{
    return sends == Sends::yes ? 0 : sends == Sends::no ? 1 : 2;
}

std::string name_of(const Prediction& each)
{
    return std::string{each.client->name} + (each.client->basis == clients::Basis::documentation ? "*" : "");
}

std::string marked_names(const std::vector<Prediction>& predictions)
{
    std::string all;
    for (const Prediction& each : predictions) {
        all += (all.empty() ? "" : ", ") + name_of(each);
    }
    return all;
}

struct Row {
    std::vector<Sends> cells; ///< one a candidate
    std::vector<Prediction> programs;
};

/// The programs by what they do with the candidates from `first` on.
std::vector<Row> rows_of(const std::vector<std::vector<Prediction>>& columns, std::size_t first, std::size_t last)
{
    std::vector<Row> rows;
    for (std::size_t program = 0; program < columns[first].size(); ++program) {
        std::vector<Sends> cells;
        for (std::size_t at = first; at < last; ++at) {
            cells.push_back(columns[at][program].answer.sends);
        }
        const auto same = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.cells == cells; });
        Row& row = same == rows.end() ? rows.emplace_back(Row{cells, {}}) : *same;
        row.programs.push_back(columns[first][program]);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) {
        return std::lexicographical_compare(left.cells.begin(), left.cells.end(), right.cells.begin(),
                                            right.cells.end(),
                                            [](Sends one, Sends other) { return rank(one) < rank(other); });
    });
    return rows;
}

void put_matrix(Page& page, const std::vector<const verdict::CandidateFacts*>& candidates,
                const std::vector<std::vector<Prediction>>& columns)
{
    for (std::size_t first = 0; first < columns.size(); first += candidates_at_once) {
        const std::size_t last = std::min(first + candidates_at_once, columns.size());
        std::string head = "  ";
        for (std::size_t at = first; at < last; ++at) {
            if (candidates.size() > 1) {
                page.put(fmt::format("  {:<3}", at + 1), x509::printable(candidates[at]->name), Tone::plain,
                         Tone::strong);
            }
            head += fmt::format("{:<7}", at + 1);
        }
        if (candidates.size() > 1) {
            page.put("", head);
        }
        for (const Row& row : rows_of(columns, first, last)) {
            std::string lead = "  ";
            for (const Sends sends : row.cells) {
                lead += fmt::format("{:<7}", cell(sends));
            }
            page.put(lead, marked_names(row.programs));
        }
    }
}

std::string heading_of(const std::vector<Prediction>& predictions, const TextStyle& style)
{
    const bool starred = std::any_of(predictions.begin(), predictions.end(), [](const Prediction& each) {
        return each.client->basis == clients::Basis::documentation;
    });
    std::string notes = starred ? "* from documentation, not run" : "";
    if (!style.verbose) {
        notes += std::string{notes.empty() ? "" : "; "} + "-v says why";
    }
    return "What client programs would do" + (notes.empty() ? notes : " (" + notes + ")");
}

void put_reasons(Page& page, const verdict::CandidateFacts& candidate)
{
    page.put("  ", x509::printable(candidate.name), Tone::plain, Tone::strong);
    for (const verdict::Opinion& opinion : verdict::opinions(candidate.predicted)) {
        page.put(fmt::format("    {:<7}", cell(opinion.sends)),
                 fmt::format("{}: {}", marked_names(opinion.held_by), opinion.reason));
    }
}

} // namespace

std::string clients_in_short(const verdict::Facts& facts, const verdict::CandidateFacts& candidate)
{
    const auto predictions = verdict::spoken_of(facts, candidate);
    const auto count = [&](Sends sends) { return verdict::who(predictions, sends).size(); };
    if (predictions.empty()) {
        return {};
    }
    if (predictions.size() == 1) {
        const Prediction& only = predictions.front();
        return fmt::format("{} {} send it", only.client->name, modal(only.answer.sends));
    }
    if (count(Sends::yes) == predictions.size()) {
        return fmt::format("all {} would send it", verdict::counted(predictions.size(), "program"));
    }
    std::string text =
        fmt::format("{} of {} would send it", count(Sends::yes), verdict::counted(predictions.size(), "program"));
    if (count(Sends::no) > 0) {
        text += fmt::format(", {} would not", count(Sends::no));
    }
    if (count(Sends::unknown) > 0) {
        text += fmt::format(", {} might", count(Sends::unknown));
    }
    return text;
}

void put_clients(Page& page, const verdict::Facts& facts, Matrix matrix, const TextStyle& style)
{
    std::vector<const verdict::CandidateFacts*> candidates;
    std::vector<std::vector<Prediction>> columns;
    bool worth_it = matrix == Matrix::always || style.verbose;
    for (const verdict::CandidateFacts& candidate : facts.candidates) {
        if (auto predictions = verdict::spoken_of(facts, candidate); !predictions.empty()) {
            worth_it = worth_it || verdict::disagree(predictions);
            candidates.push_back(&candidate);
            columns.push_back(std::move(predictions));
        }
    }
    if (columns.empty() || !worth_it) {
        return;
    }
    page.heading(heading_of(columns.front(), style));
    put_matrix(page, candidates, columns);
    if (style.verbose) {
        page.blank();
        for (const verdict::CandidateFacts* candidate : candidates) {
            put_reasons(page, *candidate);
        }
    }
}

} // namespace mtls::report
