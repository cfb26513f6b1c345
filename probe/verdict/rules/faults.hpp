#pragma once

#include <string>
#include <vector>

#include "probe/verdict/facts.hpp"
#include "probe/verdict/finding.hpp"

/// What is wrong with a candidate whomever the server trusts, dates left aside.
namespace mtls::verdict::rules {

/// Flaws for which this server may have refused it; not those of usage. Windows takes keys and digests that OpenSSL
/// holds for weak.
[[nodiscard]] std::vector<x509::Flaw> flaws_to_mind(const Facts& facts, const CandidateFacts& candidate);

/// The same of usage, where the refusal leaves its reason open: that of a CA above, or anyExtendedKeyUsage alone (which
/// OpenSSL does not take for clientAuth, while Windows, Go, GnuTLS and Java do).
[[nodiscard]] std::vector<x509::Flaw> usages_to_mind(const Facts& facts, const CandidateFacts& candidate);

/// "a weak key (RSA 1024)"
[[nodiscard]] std::string in_short(const CandidateFacts& candidate, const x509::Flaw& flaw);

/// "its key, RSA 1024, is too weak for ...": a clause of evidence.
[[nodiscard]] std::string in_full(const CandidateFacts& candidate, const x509::Flaw& flaw);

/// A new certificate that does not have it.
[[nodiscard]] Remedy reissue_without(const CandidateFacts& candidate, const x509::Flaw& flaw);

/// "serverAuth", "an empty one"
[[nodiscard]] std::string usages_in_words(const x509::Certificate& certificate);

} // namespace mtls::verdict::rules
