#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certs/x509/name.hpp"
#include "probe/observation/observation.hpp"

/// The list against what the user has or wants. Pure.
namespace mtls::issuers {

enum class ExpectMode { exact, contains };

/// One CA that the list should name.
struct ExpectedIssuer {
    x509::Name name;
    bool has_encoding = true; ///< false: given as text, so its string types are ours and byte equality says nothing
    std::optional<x509::Certificate> certificate{}; ///< if it was given as one
};

/// --expect-issuers: the CAs that the server is to name.
struct Expectation {
    std::vector<std::string> sources; ///< as given, for the report
    ExpectMode mode = ExpectMode::exact;
    std::vector<ExpectedIssuer> issuers;
};

/// An entry of the comparison.
struct Compared {
    x509::Name name;                         ///< matched and unexpected: as advertised; missing: as expected
    std::optional<x509::NameMatch> encoding; ///< matched only; null when the expectation was text
};

/// A name that the list holds more than once.
struct Duplicate {
    x509::Name name;
    std::size_t count = 0; ///< how often it stands in the list, 2 or more
};

enum class ExpectResult { match, differs, no_request, undetermined };

/// The list held against an expectation.
struct Comparison {
    ExpectResult result = ExpectResult::undetermined;
    std::vector<Compared> matched;
    std::vector<Compared> missing;
    std::vector<Compared> unexpected;
    std::vector<Duplicate> duplicates; ///< of the advertised list
};

/// Compares as sets by RFC 5280 §7.1 equality; order and duplicates do not make a difference. `list` null: there is no
/// list to compare (result is left to the caller: no_request or undetermined). In contains mode `unexpected` is filled
/// but does not make the result differ.
[[nodiscard]] Comparison compare(const Expectation& expectation, const std::vector<observation::Authority>& list);

/// Names that stand more than once (RFC 5280 equality), in order of first appearance.
[[nodiscard]] std::vector<Duplicate> duplicates(const std::vector<observation::Authority>& list);

[[nodiscard]] const char* to_string(ExpectMode mode);
[[nodiscard]] const char* to_string(ExpectResult result);

} // namespace mtls::issuers
