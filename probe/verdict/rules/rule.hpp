#pragma once

#include <optional>

#include "probe/verdict/facts.hpp"
#include "probe/verdict/finding.hpp"

/// One function, one finding: null when the facts do not show it. Each is named after its id.
namespace mtls::verdict::rules {

using Rule = std::optional<Finding> (*)(const Facts& facts);

// request.cpp: whether, when and how well the server asks
[[nodiscard]] std::optional<Finding> no_certificate_request(const Facts& facts);
[[nodiscard]] std::optional<Finding> issuer_list_empty(const Facts& facts);
[[nodiscard]] std::optional<Finding> malformed_certificate_request(const Facts& facts);
[[nodiscard]] std::optional<Finding> late_certificate_request(const Facts& facts);

// late.cpp: what asking late breaks
[[nodiscard]] std::optional<Finding> late_request_impossible(const Facts& facts);
[[nodiscard]] std::optional<Finding> upload_blocked_by_renegotiation(const Facts& facts);

// list.cpp: the list against itself and the expectation
[[nodiscard]] std::optional<Finding> expected_issuer_missing(const Facts& facts);
[[nodiscard]] std::optional<Finding> unexpected_issuer(const Facts& facts);
[[nodiscard]] std::optional<Finding> duplicate_issuer(const Facts& facts);
[[nodiscard]] std::optional<Finding> issuer_encoding_differs(const Facts& facts);

// store.cpp, root_store.cpp, list_limit.cpp: where the list seems to come from
[[nodiscard]] std::optional<Finding> ctl_store_lost(const Facts& facts);
[[nodiscard]] std::optional<Finding> root_store_polluted(const Facts& facts);
[[nodiscard]] std::optional<Finding> issuer_list_truncated(const Facts& facts);

// disagreements.cpp: the ways of asking against each other
[[nodiscard]] std::optional<Finding> bindings_disagree(const Facts& facts);

// saved_bindings.cpp: whether --iis-bindings is about this server
[[nodiscard]] std::optional<Finding> iis_bindings_not_used(const Facts& facts);

// certificate.cpp: what is wrong with a candidate by itself
[[nodiscard]] std::optional<Finding> key_mismatch(const Facts& facts);
[[nodiscard]] std::optional<Finding> key_missing(const Facts& facts);
[[nodiscard]] std::optional<Finding> certificate_expired(const Facts& facts);
[[nodiscard]] std::optional<Finding> certificate_not_yet_valid(const Facts& facts);
[[nodiscard]] std::optional<Finding> client_auth_usage_missing(const Facts& facts);

// fit.cpp, certificate_type.cpp: a candidate against the request
[[nodiscard]] std::optional<Finding> issuer_not_advertised(const Facts& facts);
[[nodiscard]] std::optional<Finding> intermediate_missing(const Facts& facts);
[[nodiscard]] std::optional<Finding> signature_algorithm_not_offered(const Facts& facts);
[[nodiscard]] std::optional<Finding> certificate_type_not_offered(const Facts& facts);

// clients.cpp: a candidate in the eyes of the client programs
[[nodiscard]] std::optional<Finding> clients_disagree(const Facts& facts);

// list_changed.cpp, baseline_incomplete.cpp: now against the baseline, and what of it could not be
[[nodiscard]] std::optional<Finding> issuer_list_changed(const Facts& facts);
[[nodiscard]] std::optional<Finding> baseline_incomplete(const Facts& facts);

// limits.cpp: what -w and -c ask for
[[nodiscard]] std::optional<Finding> certificate_expires_soon(const Facts& facts);
[[nodiscard]] std::optional<Finding> server_certificate_expires_soon(const Facts& facts);
[[nodiscard]] std::optional<Finding> probe_slow(const Facts& facts);

// untrusted.cpp, revoked.cpp: why the server refused
[[nodiscard]] std::optional<Finding> untrusted_by_server(const Facts& facts);
[[nodiscard]] std::optional<Finding> revoked_or_revocation_offline(const Facts& facts);

// two_sets.cpp: what is named against what is trusted
[[nodiscard]] std::optional<Finding> list_differs_from_trust(const Facts& facts);

// attempt.cpp: what the server did
[[nodiscard]] std::optional<Finding> rejected_by_alert(const Facts& facts);
[[nodiscard]] std::optional<Finding> rejected_by_http(const Facts& facts);
[[nodiscard]] std::optional<Finding> rejected_by_close(const Facts& facts);
[[nodiscard]] std::optional<Finding> accepted_unexpectedly(const Facts& facts);

// open_door.cpp: whether the door opens without a certificate
[[nodiscard]] std::optional<Finding> accepted_without_certificate(const Facts& facts);

} // namespace mtls::verdict::rules
