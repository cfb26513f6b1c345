#pragma once

#include <string>
#include <vector>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict {

enum class Severity { info, warning, critical };

/// What mends a finding, on one kind of server or on the client.
struct Remedy {
    std::string applies_to; ///< "iis", "nginx", "apache", "haproxy", "f5", "client", "any"
    std::string text;
    std::vector<std::string> commands; ///< to paste, one a line
    std::string legend = {};           ///< what to write for their words in capitals; "" if that is clear
    bool whatever_the_server = false;  ///< stands where the rule has put it, before those for the server at hand
};

/// Its text and its legend.
[[nodiscard]] std::string explained(const Remedy& remedy);

/// How far the evidence carries.
enum class Sureness {
    shown,  ///< the connections show it
    likely, ///< what is left when the other reasons are ruled out; the summary is worded so
};

/// A named conclusion. Ids are an interface; a report holds each at most once.
struct Finding {
    std::string id;
    Severity severity = Severity::info;
    std::string summary = {};               ///< one sentence, without the full stop; a symptom's names its cause
    std::vector<std::string> evidence = {}; ///< what was seen, each a short sentence
    std::vector<Remedy> remedies = {};
    std::vector<std::string> references = {};
    Sureness sureness = Sureness::shown;
    std::vector<std::size_t> candidates = {};   ///< whom it speaks of: indices into Facts::candidates
    std::vector<std::string> follows_from = {}; ///< ids of its causes, all of them in the report; empty: its own cause
};

/// The verdict on a target: DESIGN §4, exit codes 0 to 3 in this order.
enum class Verdict { ok, warning, critical, unknown };

/// Of several targets the worst counts: critical, unknown, warning, ok.
[[nodiscard]] Verdict worse(Verdict left, Verdict right);

/// What the rules make of the facts.
struct Judgement {
    Verdict verdict = Verdict::unknown;
    std::string summary;           ///< one line, no newline, no `|`
    std::vector<Finding> findings; ///< what to do first comes first
};

/// Runs every rule. `unknown` when the target could not be probed (nothing answered as TLS).
[[nodiscard]] Judgement judge(const Facts& facts);

[[nodiscard]] const char* to_string(Severity severity);
[[nodiscard]] const char* to_string(Verdict verdict);

} // namespace mtls::verdict
