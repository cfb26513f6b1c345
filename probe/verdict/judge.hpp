#pragma once

#include <optional>
#include <vector>

#include "certs/x509/credential.hpp"
#include "probe/issuers/expectation.hpp"
#include "probe/verdict/facts.hpp"

namespace mtls::verdict {

/// What one connection proved about the certificate presented (or about having none).
///
/// RFC 8446 §4.4.2.4: in TLS 1.3 our side completes before the server has looked, so only data from the server accepts.
/// HTTP 400, 401, 403, 495, 496 reject; 2xx, 3xx, 404, 405 accept; others leave it open.
[[nodiscard]] Attempt classify(const observation::Observation& seen, std::size_t index);

/// Index of the observation that a normal client would get among those of Purpose::variant; null if none got as far as
/// a ServerHello. Where the highest version breaks off before the server asks, it is the next one that tells. `sni` is
/// the name that a normal client would send (null: an IP target).
[[nodiscard]] std::optional<std::size_t> normal_variant(const std::vector<observation::Observation>& observations,
                                                        const std::optional<std::string>& sni);

/// Reads status, place and "required" off the observations.
[[nodiscard]] RequestReading read_request(const std::vector<observation::Observation>& observations,
                                          const std::optional<std::string>& sni);

/// What main knows about a run when all connections are over.
struct Inputs {
    TargetFacts target;
    std::optional<std::string> sni;
    x509::Time now{};
    std::vector<observation::Observation> observations;
    std::optional<issuers::Expectation> expectation;
    std::vector<x509::Credential> candidates;           ///< Observation::candidate indexes into this
    std::vector<x509::Certificate> issuer_certificates; ///< --issuer-certs
    clients::Selection clients;                         ///< --clients
    std::vector<iis::Binding> iis_bindings;             ///< --iis-bindings
    ExpectOutcome expect_outcome = ExpectOutcome::unset;
    std::optional<Baseline> baseline;
    Limits limits;
    std::chrono::milliseconds took{};
};

/// Puts the facts side by side: reading, comparison, matches, attempts. Keys are not carried over.
[[nodiscard]] Facts establish(Inputs inputs);

/// The same facts, had a normal client been asked this: expectation, candidates and predictions are held against it.
/// What became of the connections stays.
[[nodiscard]] Facts as_if_asked(Facts facts, const RequestPlace& place);

/// That, of the request of another connection, where a normal client was asked nothing; null if there is none.
[[nodiscard]] std::optional<Facts> asked_elsewhere(const Facts& facts);

} // namespace mtls::verdict
