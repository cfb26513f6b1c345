#pragma once

#include <string>
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

/// How the candidate's issuer and the list meet, behind the issuer's name.
[[nodiscard]] std::string match_in_words(const verdict::CandidateFacts& candidate);

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

enum class Repeats {
    together, ///< in one line
    apart,
};

[[nodiscard]] std::vector<Connection> connections(const verdict::Facts& facts, Repeats repeats);

} // namespace mtls::report
