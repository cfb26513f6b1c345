#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/x509/system_trust.hpp"
#include "probe/verdict/facts.hpp"
#include "probe/verdict/finding.hpp"

/// One Report value, many renderings.
namespace mtls::report {

/// Whether this system would trust the server, in one observation (--verify-server).
struct ServerTrust {
    std::size_t observation = 0; ///< index into facts.observations
    std::string host;            ///< the name that the certificate should have: SNI, or else the target's
    x509::TrustVerdict verdict;
};

/// One target's facts and judgement, with what made them and when: what every format renders.
struct Report {
    std::string tool_version;
    std::string tls_library; ///< "OpenSSL 3.0.19 27 Jan 2026"
    std::string started;     ///< RFC 3339, UTC
    double duration_ms = 0;
    verdict::Facts facts;
    verdict::Judgement judgement;
    std::optional<std::vector<ServerTrust>> server_trust; ///< null: not asked for
};

/// How the text report looks.
struct TextStyle {
    bool color = false;
    int width = 80;       ///< columns; long names are not wrapped in the middle of a word
    bool verbose = false; ///< every name of a long list, every message
};

/// For a person: verdict and cause first, then what the server asked, the list with marks, a row per candidate,
/// details.
[[nodiscard]] std::string render_text(const Report& report, const TextStyle& style);

/// One object, schema `mtls-probe/report/1` (report.schema.json beside this file), indented.
[[nodiscard]] std::string render_json(const Report& report);

/// An array of the same objects: what `--format json` prints for several targets.
[[nodiscard]] std::string render_json(const std::vector<Report>& reports);

/// The same object on one line, without the newline.
[[nodiscard]] std::string render_jsonl(const Report& report);

/// What a Nagios or Icinga plugin prints: one line with the verdict and its perfdata, the findings below it as long
/// output. No `|` but the one before the perfdata; short enough for what Nagios keeps.
[[nodiscard]] std::string render_nagios(const std::vector<Report>& reports);

/// The same line where there is no report: `MTLS UNKNOWN - why`.
[[nodiscard]] std::string render_nagios_unknown(std::string_view why);

/// Gauges in Prometheus' text format, for the textfile collector (with `-o`) and for mtls-exporter. What could not be
/// told is absent; of two reports on the same target the first counts.
[[nodiscard]] std::string render_prometheus(const std::vector<Report>& reports);

/// JUnit XML: a suite a target, a case for the probe itself and one for each finding; what makes the exit code other
/// than 0 is an error or a failure.
[[nodiscard]] std::string render_junit(const std::vector<Report>& reports);

/// One page for a browser that loads nothing else: the same as the text, evidence and fixes in full, every name of the
/// list.
[[nodiscard]] std::string render_html(const std::vector<Report>& reports);

} // namespace mtls::report
