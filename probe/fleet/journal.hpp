#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probe/fleet/questions.hpp"
#include "probe/verdict/finding.hpp"

/// What a run leaves for the one that goes on after it was killed: a line for each target whose result has been
/// written.
namespace mtls::fleet {

/// What came of one target, as far as the end of the run wants to know it.
struct Result {
    std::uint64_t key = 0; ///< TargetLine::key
    verdict::Verdict verdict = verdict::Verdict::unknown;
    /// The trusted issuer list: the first 16 hex digits of the SHA-256 of its names, DER, one after the other; or a
    /// word: none, empty, malformed, undetermined.
    std::string list;
    std::size_t names = 0; ///< in the list
    std::vector<std::pair<std::string, verdict::Severity>> findings;
};

/// A result, and where the report ends when it is in it. The line is written after the report's, so a report that is
/// longer than the last line says holds results that will be asked for again.
struct JournalLine {
    Result result;
    std::uint64_t report_end = 0; ///< bytes
};

/// One line, with its newline: `key verdict list names findings end`.
[[nodiscard]] std::string to_line(const JournalLine& line);

/// Null if it is none. Takes the line without its newline.
[[nodiscard]] std::optional<JournalLine> parse_journal_line(std::string_view text);

/// How far a journal can be read.
struct JournalEnd {
    std::uint64_t bytes = 0;             ///< of its whole lines; what comes after was cut off in writing
    std::optional<std::size_t> bad_line; ///< the number of the first that is none: this is no journal, or a damaged one
    std::optional<std::string> other_run; ///< it is the journal of a run that this one must not be mixed with: why
    bool unreadable = false;              ///< reading failed; what comes after `bytes` may be whole
};

/// The first line of a journal. `kind` is what the report is ("jsonl file"); it and the questions must be the same in
/// both runs.
[[nodiscard]] std::string journal_head(std::string_view kind, const Questions& questions);

/// Reads a journal to its last whole line; an empty one is one. `head` is compared with its first line. Holds no more
/// than a line of bounded length, whatever the file is.
[[nodiscard]] JournalEnd read_journal(std::istream& in, std::string_view head,
                                      const std::function<void(const JournalLine&)>& each);

} // namespace mtls::fleet
