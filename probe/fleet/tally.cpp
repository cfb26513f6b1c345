#include "probe/fleet/tally.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "certs/x509/name.hpp"
#include "probe/observation/per_request.hpp"

namespace mtls::fleet {

using observation::Outcome;
using verdict::Verdict;

namespace {

constexpr std::size_t most_lists = 4096;
constexpr std::size_t shown = 10;

bool is_word(const std::string& list)
{
    return list == "none" || list == "empty" || list == "malformed" || list == "undetermined";
}

std::string described(const std::string& list, std::size_t names)
{
    if (list == "none") {
        return "no certificate request";
    }
    if (list == "empty") {
        return "a request without names";
    }
    if (list == "malformed") {
        return "a malformed request";
    }
    if (list == "undetermined") {
        return "could not be read";
    }
    return fmt::format("list {}, {} name{}", list, names, names == 1 ? "" : "s");
}

/// The map's entries, the largest first; equals in the map's order.
template <class Map, class Greater> auto sorted(const Map& map, Greater greater)
{
    std::vector<typename Map::const_pointer> entries;
    entries.reserve(map.size());
    for (const auto& entry : map) {
        entries.push_back(&entry);
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [&](const auto* left, const auto* right) { return greater(*left, *right); });
    return entries;
}

/// Of the names' DER, one after the other.
const std::string& hash_of(const std::shared_ptr<const observation::RequestSeen>& request)
{
    thread_local observation::PerRequest<std::string> known;
    return known.of(request, [](const observation::RequestSeen& seen) {
        x509::Der names;
        for (const auto& authority : seen.authorities) {
            const auto& der = authority.name.der();
            names.insert(names.end(), der.begin(), der.end());
        }
        return x509::sha256(names).substr(0, 16);
    });
}

} // namespace

Result result_of(const report::Report& report, std::uint64_t key)
{
    Result result;
    result.key = key;
    result.verdict = report.judgement.verdict;
    result.list = to_string(report.facts.request.status);
    const auto& [status, observation, index, required] = report.facts.request;
    if (status == verdict::RequestStatus::list && observation && index) {
        const auto& request = report.facts.observations.at(*observation).certificate_requests.shared().at(*index);
        result.list = hash_of(request);
        result.names = request->authorities.size();
    }
    for (const auto& finding : report.judgement.findings) {
        result.findings.emplace_back(finding.id, finding.severity);
    }
    return result;
}

bool only_timed_out(const report::Report& report)
{
    const auto& seen = report.facts.observations;
    return report.judgement.verdict == Verdict::unknown && !seen.empty() &&
           std::all_of(seen.begin(), seen.end(), [](const auto& one) { return one.outcome == Outcome::timeout; });
}

void Tally::add(const Result& result, const std::string& target)
{
    ++verdicts_.at(static_cast<std::size_t>(result.verdict));
    worst_ = verdict::worse(worst_, result.verdict);
    if (lists_.size() < most_lists || lists_.contains(result.list)) {
        List& list = lists_[result.list];
        ++list.targets;
        list.names = result.names;
        if (list.example.empty()) {
            list.example = target;
        }
    } else {
        ++in_other_lists_;
    }
    for (const auto& finding : result.findings) {
        ++findings_[finding];
    }
}

std::size_t Tally::total() const
{
    return std::accumulate(verdicts_.begin(), verdicts_.end(), std::size_t{0});
}

std::string Tally::lists() const
{
    const auto entries =
        sorted(lists_, [](const auto& left, const auto& right) { return left.second.targets > right.second.targets; });
    std::string text;
    std::size_t rest = in_other_lists_;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& [list, about] = *entries[i];
        if (i >= shown) {
            rest += about.targets;
            continue;
        }
        text += fmt::format("{:>9}  {}{}\n", about.targets, described(list, about.names),
                            about.example.empty() ? "" : fmt::format(" (such as {})", x509::printable(about.example)));
    }
    if (rest > 0) {
        text += fmt::format("{:>9}  and more: other lists\n", rest);
    }
    return text;
}

std::string Tally::findings() const
{
    const auto entries = sorted(findings_, [](const auto& left, const auto& right) {
        return std::pair{left.first.second, left.second} > std::pair{right.first.second, right.second};
    });
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, entries.size()); ++i) {
        const auto& [finding, targets] = *entries[i];
        text += fmt::format("{:>9}  {:<9} {}\n", targets, to_string(finding.second), finding.first);
    }
    if (entries.size() > shown) {
        text += fmt::format("{:>9}  and {} more findings\n", "", entries.size() - shown);
    }
    return text;
}

std::string Tally::summary() const
{
    const auto distinct = static_cast<std::size_t>(
        std::count_if(lists_.begin(), lists_.end(), [](const auto& entry) { return !is_word(entry.first); }));
    return fmt::format(
               "{} target{}: {} ok, {} warning, {} critical, {} unknown; {}{} distinct list{} of normal clients\n",
               total(), total() == 1 ? "" : "s", count(Verdict::ok), count(Verdict::warning), count(Verdict::critical),
               count(Verdict::unknown), in_other_lists_ > 0 ? "more than " : "", distinct, distinct == 1 ? "" : "s") +
           (bad_lines_ == 0 ? ""
                            : fmt::format("{} line{} of the list {} no target: unknown\n", bad_lines_,
                                          bad_lines_ == 1 ? "" : "s", bad_lines_ == 1 ? "is" : "are")) +
           lists() + findings();
}

} // namespace mtls::fleet
