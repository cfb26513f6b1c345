#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "probe/fleet/journal.hpp"
#include "probe/report/report.hpp"

namespace mtls::fleet {

/// What a report comes to.
[[nodiscard]] Result result_of(const report::Report& report, std::uint64_t key);

/// Whether nothing but timeouts kept the target from being probed, so that asking again may help.
[[nodiscard]] bool only_timed_out(const report::Report& report);

/// Counts results, in bounded memory.
class Tally {
  public:
    /// `target` is named as the example of its list; "": unknown.
    void add(const Result& result, const std::string& target);

    /// A line of the list that is no target: nothing is known of it.
    void add_bad_line() { ++bad_lines_; }

    [[nodiscard]] std::size_t total() const; ///< targets

    [[nodiscard]] std::size_t count(verdict::Verdict verdict) const
    {
        return verdicts_.at(static_cast<std::size_t>(verdict));
    }

    /// ok, if there was none.
    [[nodiscard]] verdict::Verdict worst() const { return worst_; }

    /// A few lines: targets by verdict, which lists they have, what was found. Nothing in it comes from a server but
    /// names of targets, which are printable.
    [[nodiscard]] std::string summary() const;

  private:
    struct List {
        std::size_t targets = 0;
        std::size_t names = 0;
        std::string example;
    };

    [[nodiscard]] std::string lists() const;
    [[nodiscard]] std::string findings() const;

    std::array<std::size_t, 4> verdicts_{}; ///< by verdict::Verdict
    verdict::Verdict worst_ = verdict::Verdict::ok;
    std::map<std::string, List> lists_; ///< by Result::list
    std::size_t in_other_lists_ = 0;    ///< targets whose list came when there were too many to tell apart
    std::map<std::pair<std::string, verdict::Severity>, std::size_t> findings_;
    std::size_t bad_lines_ = 0;
};

} // namespace mtls::fleet
