#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/observation/observation.hpp"
#include "probe/verdict/attempt.hpp"

/// An earlier report, and what has changed since. Pure.
namespace mtls::verdict {

enum class RequestStatus { none, empty, list, malformed, undetermined };

/// What an earlier run saw, as far as its report tells it: the variants and their requests.
struct Baseline {
    std::string source;  ///< the file, as given
    std::string started; ///< RFC 3339, as the report has it; "": the file holds no report on this target
    std::vector<observation::Observation> observations;
    std::optional<std::string> path = {};            ///< that was requested, printable; null: none
    std::optional<Attempt> without_certificate = {}; ///< of a normal client; an index into these observations
};

/// How one variant is asked now, against how it was asked then. Equal is what RFC 5280 §7.1 calls equal.
struct VariantChange {
    std::size_t observation = 0; ///< index into the observations of now
    std::size_t earlier = 0;     ///< index into Baseline::observations
    RequestStatus status_then = RequestStatus::undetermined;
    RequestStatus status_now = RequestStatus::undetermined;
    std::vector<x509::Name> added;
    std::vector<x509::Name> removed;
    std::vector<x509::Name> recoded; ///< as sent now: the same name in other bytes
    bool reordered = false;          ///< the same names, in another order or number
    /// Null: the same.
    std::optional<observation::Stage> stage_then;
    std::optional<std::vector<wire::ClientCertificateType>> types_then;
};

/// Whether the change is one that a client can notice: anything but the order of the names.
[[nodiscard]] bool matters(const VariantChange& change);

/// Why a way of asking (a server name and the versions offered) could not be held against the baseline.
enum class GapReason {
    no_answer_then,      ///< it was not asked then, or did not get as far as the request
    no_answer_now,       ///< it had an answer at this address then
    not_asked_now,       ///< the baseline holds an answer to it
    late_request_unseen, ///< one of the two left after the first flight, and a request might have come later
};

/// A way of asking that could not be compared.
struct BaselineGap {
    GapReason reason = GapReason::no_answer_then;
    std::optional<std::size_t> observation; ///< index into the observations of now; null: not_asked_now
    std::optional<std::size_t> earlier;     ///< index into Baseline::observations; null: no_answer_then
};

/// How far a run could be held against its baseline.
struct BaselineReach {
    std::size_t compared = 0; ///< variants of now
    std::vector<BaselineGap> gaps;
};

/// The answer of then that this one is to be compared with: the same name and versions; the same address if it was
/// asked then, for addresses come and go; of several (--repeat), one that answered alike. Null if there is none.
[[nodiscard]] std::optional<std::size_t> earlier_answer(const Baseline& baseline, const observation::Observation& now);

/// Those variants that answered differently, in order; those that cannot be told, or were not asked then, are left out.
[[nodiscard]] std::vector<VariantChange> changes_since(const Baseline& baseline,
                                                       const std::vector<observation::Observation>& now);

/// What was compared, and what could not be: each variant of now once, then what only the baseline has.
[[nodiscard]] BaselineReach reach_of(const Baseline& baseline, const std::vector<observation::Observation>& now);

[[nodiscard]] const char* to_string(GapReason reason);

} // namespace mtls::verdict
