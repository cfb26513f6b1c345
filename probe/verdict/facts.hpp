#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "certs/x509/flaws.hpp"
#include "probe/clients/predict.hpp"
#include "probe/iis/serving.hpp"
#include "probe/issuers/candidate_match.hpp"
#include "probe/issuers/expectation.hpp"
#include "probe/observation/observation.hpp"
#include "probe/verdict/attempt.hpp"
#include "probe/verdict/baseline.hpp"

/// Observations -> findings. Pure: no socket, no clock.
namespace mtls::verdict {

/// An option of the command line, as this run was given it; null: it takes no value.
struct OptionGiven {
    std::string name;
    std::optional<std::string> value = {};
};

/// What was asked for, as values.
struct TargetFacts {
    std::string input; ///< as typed
    std::string host;
    std::uint16_t port = 443;
    std::optional<std::string> starttls;
    std::optional<std::string> path;          ///< null: no HTTP request was made
    std::optional<std::string> connect;       ///< `--connect` or `connect=`: where to instead of the host
    std::vector<OptionGiven> options = {};    ///< that say how to get there and how to ask, for commands to paste
    std::vector<OptionGiven> candidates = {}; ///< --cert and what belongs to it
};

enum class Required { yes, no, undetermined };

/// What "the variant a normal client gets" was asked (DESIGN: SNI = the target's name, highest TLS version, first
/// address that answered; with a late request the late one counts).
struct RequestReading {
    RequestStatus status = RequestStatus::undetermined;
    std::optional<std::size_t> observation; ///< index into Facts::observations; null if nothing answered
    std::optional<std::size_t> index;       ///< of the request within that observation
    Required required = Required::undetermined;
};

/// A request, wherever it was seen.
struct RequestPlace {
    std::size_t observation = 0; ///< index into the observations
    std::size_t index = 0;       ///< of the request within that observation
};

/// What the checks that need no server say about a candidate.
struct CandidateFacts {
    std::string label; ///< the path as given
    std::string name;  ///< for sentences: the file's name if no other candidate shares it, else label
    x509::Certificate leaf;
    std::vector<x509::Certificate> chain; ///< its own file's, as sent
    std::vector<x509::Certificate> above; ///< path over the leaf from all that the run knows, nearest first
    /// The same from its own chain and --issuer-certs alone: what its owner could build.
    std::vector<x509::Certificate> above_at_its_owner;
    std::vector<x509::Flaw> flaws = {}; ///< of it and of those above, whomever a server trusts
    bool has_key = false;
    bool key_matches = false;
    issuers::IssuerMatch issuer_match;
    std::vector<clients::Prediction> predicted; ///< empty: no request to answer; the clients of Facts::clients
    std::optional<Attempt> attempt; ///< null: it could not be presented (key missing or foreign), or nothing answered
};

enum class ExpectOutcome { unset, accept, reject };

/// When to complain; null: not asked for.
struct Limit {
    std::optional<std::chrono::days> days_left;        ///< of a certificate: so many or fewer are too few
    std::optional<std::chrono::milliseconds> duration; ///< of the probe of one target: more is too much
};

/// `-w` and `-c`.
struct Limits {
    Limit warning;
    Limit critical;
};

/// What certificate-expires-soon warns of without `-w`.
inline constexpr std::chrono::days usual_days_left{30};

/// Everything a rule may look at.
struct Facts {
    TargetFacts target;
    x509::Time now{};
    std::vector<observation::Observation> observations;
    RequestReading request;
    std::optional<issuers::Expectation> expectation;
    std::optional<issuers::Comparison> comparison; ///< set whenever expectation is
    std::vector<CandidateFacts> candidates;
    /// CA certificates that the run knows: the candidates' chains, --expect-issuers, --issuer-certs, and what the
    /// server sends with its own certificate.
    std::vector<x509::Certificate> authorities;
    std::optional<Attempt> without_certificate;
    clients::Selection clients;              ///< --clients; empty: every one
    std::vector<iis::Binding> iis_bindings;  ///< --iis-bindings; empty: not given
    std::optional<iis::Serving> iis_binding; ///< of these, the one that a normal client reaches
    /// Or the one that should have answered it, had the server presented its certificate.
    std::optional<iis::Serving> contradicted_binding;
    ExpectOutcome expect_outcome = ExpectOutcome::unset;
    std::optional<Baseline> baseline;
    std::vector<VariantChange> changes; ///< since the baseline
    BaselineReach reach;                ///< how far it could be compared with
    /// What the baseline says of a normal client without a certificate, if it was asked the same; `observation` is an
    /// index into Baseline::observations.
    std::optional<Attempt> door_then;
    Limits limits;
    std::chrono::milliseconds took{}; ///< from the first look-up of a name to the end of the last connection
};

/// The server's certificate that expires first, over all ways of asking: one look at one binding may miss the other's.
struct ServerExpiry {
    std::size_t observation = 0;
    x509::Time not_after{};
};

/// Null if no server certificate with a readable date was seen.
[[nodiscard]] std::optional<ServerExpiry> server_expiry(const Facts& facts);

/// What --iis-bindings says of the binding that answered this connection.
[[nodiscard]] iis::Reading saved_binding(const Facts& facts, const observation::Observation& seen);

/// What --iis-bindings says, beyond doubt, of the CTL store of the binding that a normal client reaches.
enum class SavedStore { not_known, none, named };

[[nodiscard]] SavedStore saved_store(const Facts& facts);

/// The request that the reading points at, or null.
[[nodiscard]] const observation::RequestSeen* request_of(const Facts& facts);

[[nodiscard]] const char* to_string(RequestStatus status);
[[nodiscard]] const char* to_string(Required required);
[[nodiscard]] const char* to_string(AttemptResult result);
[[nodiscard]] const char* to_string(RejectedBy by);

} // namespace mtls::verdict
