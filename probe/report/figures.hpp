#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "probe/report/report.hpp"

/// The numbers of a report, for systems that keep numbers.
namespace mtls::report {

/// Null: could not tell.
struct ExpectationFigures {
    std::size_t expected = 0;
    std::optional<std::size_t> missing;
    std::optional<std::size_t> unexpected;
};

/// The numbers of a report that monitoring draws.
struct Figures {
    std::optional<std::size_t> issuers;    ///< names in the list; 0 also if no certificate is asked for; null: unknown
    std::optional<std::size_t> list_bytes; ///< of certificate_authorities, without its length field
    std::optional<ExpectationFigures> expectation; ///< null: nothing is expected
    std::size_t accepted = 0;                      ///< candidates that the server took
    std::size_t rejected = 0;
    std::optional<x509::Time> server_end;    ///< notAfter of the server certificate that expires first
    std::optional<x509::Time> candidate_end; ///< the same of the candidates
};

[[nodiscard]] Figures figures(const verdict::Facts& facts);

/// Whole days from one moment to another, rounded down: negative once it is over.
[[nodiscard]] long days_until(x509::Time now, x509::Time end);

/// "pki.example.com:443", "[2001:db8::1]:443"; printable.
[[nodiscard]] std::string place(const verdict::TargetFacts& target);

/// The target as typed, and where it was connected to instead: "pki.example.com (at 192.0.2.7)"; printable.
[[nodiscard]] std::string target_in_words(const verdict::TargetFacts& target);

/// SHA-256 over the list as sent, each name behind its two bytes of length: targets with the same one send the same
/// list. Null if there is no list.
[[nodiscard]] std::optional<std::string> list_hash(const verdict::Facts& facts);

} // namespace mtls::report
