#pragma once

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// What the refusal of a candidate says about trust, and how surely.
enum class Refusal {
    none,             ///< not refused, nothing was sent, or the answer speaks of something else
    untrusted,        ///< alert unknown_ca, or a page that says 403.16
    revoked,          ///< alert certificate_revoked, or a page that says 403.13
    likely_untrusted, ///< a bare 403 or nginx's 400: by elimination
    likely_revoked,   ///< a bare 403, though the server names the issuer and the whole chain was sent
    likely_flawed,    ///< an answer that leaves the reason open, to a certificate with a flaw: see faults.hpp
};

/// Only proofs prove: a remote IIS page carries no substatus, so a bare 403 after a certificate was sent leaves
/// untrusted, revoked and expired open (and a site that lets nobody in). What the certificate shows by itself is ruled
/// out here.
[[nodiscard]] Refusal refusal_of(const Facts& facts, const CandidateFacts& candidate);

/// Another candidate of the same CA that the server lets in, while it lets in nobody without: so it knows that CA. Null
/// if there is none.
[[nodiscard]] const CandidateFacts* sibling_let_in(const Facts& facts, const CandidateFacts& candidate);

/// A certificate alone, of an issuer that nothing here knows and the server does not name: an intermediate may be
/// missing, or its CA not be trusted, and both look the same.
[[nodiscard]] bool is_bare(const CandidateFacts& candidate);

/// The list names a CA above the candidate that is known to be no root, and no root above that one, and no other
/// certificate of that CA is let in. With ClientAuthTrustMode 1 such a CTL store lets nobody in, and OpenSSL wants the
/// root among the CAs that it is given.
[[nodiscard]] bool only_an_intermediate_is_named(const Facts& facts, const CandidateFacts& candidate);

} // namespace mtls::verdict::rules
