#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/report/layout.hpp"
#include "probe/report/report.hpp"

/// What the reports for people say alike. Everything is printable.
namespace mtls::report {

[[nodiscard]] Tone tone_of(verdict::Verdict verdict);

/// "CRITICAL": of ASCII letters.
[[nodiscard]] std::string upper(std::string text);

/// Whether a certificate is required, and what shows it. There must be an observation that the reading points at.
[[nodiscard]] std::string required_in_words(const verdict::Facts& facts);

/// The facts to show a list of: these, or (of verdict::asked_elsewhere) those of another connection that was asked
/// while a normal client was not.
struct ListShown {
    explicit ListShown(const verdict::Facts& facts);

    std::optional<verdict::Facts> elsewhere;
    std::string of; ///< " of observation 1", behind the word list; "" where a normal client got it

    [[nodiscard]] const verdict::Facts& facts() const { return elsewhere ? *elsewhere : normal_; }

  private:
    const verdict::Facts& normal_;
};

/// How the candidate's issuer and the list meet, behind the issuer's name.
[[nodiscard]] std::string match_in_words(const ListShown& list, std::size_t candidate);

/// The request that another connection got, and how. There must be one.
[[nodiscard]] std::string elsewhere_in_words(const ListShown& list);

/// What a normal client was asked, if it was not asked for a certificate.
[[nodiscard]] std::string no_request_in_words(const verdict::Facts& facts);

/// One word for what became of a candidate.
struct Stamp {
    std::string word;
    Tone tone = Tone::plain;
};

[[nodiscard]] Stamp stamp(const verdict::CandidateFacts& candidate);

[[nodiscard]] std::string attempt_in_words(const verdict::Facts& facts, const verdict::CandidateFacts& candidate);

/// One line of the table: connections that were made alike and ended alike.
struct Connection {
    std::string place; ///< address and port
    std::string name;  ///< the server name sent, printable
    std::string version;
    std::string asked;
    std::string end;
    std::vector<const observation::Observation*> seen;
};

/// Whether connections that were made in the same way share a line.
enum class Repeats {
    together, ///< in one line
    apart,
};

[[nodiscard]] std::vector<Connection> connections(const verdict::Facts& facts, Repeats repeats);

} // namespace mtls::report
