#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "probe/verdict/finding.hpp"
#include "probe/verdict/judge.hpp"
#include "tests/unit/support/certificates.hpp"
#include "tests/unit/support/observations.hpp"

/// Whole runs by hand, judged.
namespace mtls::test {

/// Reads as a sentence: `Run{}.saw(...).expects(names).tries("alice", ...)`.
class Run {
  public:
    Run()
    {
        inputs_.target = {"server.test:8443", "server.test", 8443, std::nullopt, "/", std::nullopt};
        inputs_.sni = "server.test";
        inputs_.now = now;
    }

    Run& saw(const Seen& seen) { return saw(seen.get()); }

    Run& saw(observation::Observation seen)
    {
        seen.id = static_cast<int>(inputs_.observations.size());
        inputs_.observations.push_back(std::move(seen));
        return *this;
    }

    Run& expects(const Names& names, issuers::ExpectMode mode = issuers::ExpectMode::exact)
    {
        issuers::Expectation expectation;
        expectation.sources = {"expected.pem"};
        expectation.mode = mode;
        for (const x509::Name& name : names) {
            expectation.issuers.push_back({name, true});
        }
        inputs_.expectation = std::move(expectation);
        return *this;
    }

    Run& expects(issuers::Expectation expectation)
    {
        inputs_.expectation = std::move(expectation);
        return *this;
    }

    /// A candidate, and what the connection that presented it left behind.
    Run& tries(x509::Credential credential, Seen seen)
    {
        seen.candidate(inputs_.candidates.size());
        inputs_.candidates.push_back(std::move(credential));
        return saw(seen);
    }

    Run& tries(const std::string& name, const Seen& seen) { return tries(credential(name), seen); }

    /// A candidate that was not presented.
    Run& holds(x509::Credential credential)
    {
        inputs_.candidates.push_back(std::move(credential));
        return *this;
    }

    Run& issuer_certificates(std::vector<x509::Certificate> certificates)
    {
        inputs_.issuer_certificates = std::move(certificates);
        return *this;
    }

    Run& expects(verdict::ExpectOutcome outcome)
    {
        inputs_.expect_outcome = outcome;
        return *this;
    }

    Run& since(verdict::Baseline baseline)
    {
        inputs_.baseline = std::move(baseline);
        return *this;
    }

    Run& bound(std::vector<iis::Binding> bindings)
    {
        inputs_.iis_bindings = std::move(bindings);
        return *this;
    }

    Run& within(const verdict::Limits& limits, std::chrono::milliseconds took)
    {
        inputs_.limits = limits;
        inputs_.took = took;
        return *this;
    }

    Run& without_http()
    {
        inputs_.target.path.reset();
        return *this;
    }

    [[nodiscard]] verdict::Facts facts() const { return verdict::establish(inputs_); }

    [[nodiscard]] verdict::Judgement judged() const { return verdict::judge(facts()); }

    /// Severity of one finding; null if the run does not show it.
    [[nodiscard]] std::optional<verdict::Severity> severity(std::string_view id) const
    {
        for (const verdict::Finding& finding : judged().findings) {
            if (finding.id == id) {
                return finding.severity;
            }
        }
        return std::nullopt;
    }

    /// Everything that one finding says, a line each.
    [[nodiscard]] std::string text(std::string_view id) const
    {
        std::string all;
        for (const verdict::Finding& finding : judged().findings) {
            if (finding.id == id) {
                all += finding.summary + "\n";
                for (const std::string& line : finding.evidence) {
                    all += line + "\n";
                }
                for (const verdict::Remedy& remedy : finding.remedies) {
                    all += remedy.applies_to + ": " + explained(remedy) + "\n";
                    for (const std::string& line : remedy.commands) {
                        all += line + "\n";
                    }
                }
            }
        }
        return all;
    }

    [[nodiscard]] std::vector<std::string> ids() const
    {
        std::vector<std::string> all;
        for (const verdict::Finding& finding : judged().findings) {
            all.push_back(finding.id);
        }
        return all;
    }

  private:
    verdict::Inputs inputs_;
};

inline bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// The names of the test hierarchy, and lists of strangers.
inline const x509::Name issuing_ca = dn("CN=Example Issuing CA,O=Example");
inline const x509::Name root_ca = dn("CN=Example Root CA,O=Example");
inline const Names public_roots =
    dns({"CN=Public Root 1,O=First Trust,C=US", "CN=Public Root 2,O=Second Trust,C=BE",
         "CN=Public Root 3,O=Third Trust", "CN=Public Root 4,O=Fourth Trust", "CN=Public Root 5,O=Fifth Trust"});

constexpr auto info = verdict::Severity::info;
constexpr auto warning = verdict::Severity::warning;
constexpr auto critical = verdict::Severity::critical;
constexpr std::optional<verdict::Severity> absent;

} // namespace mtls::test
