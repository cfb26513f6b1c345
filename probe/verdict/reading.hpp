#pragma once

#include "probe/verdict/facts.hpp"

/// What a single observation says by itself.
namespace mtls::verdict {

/// Whether the server got as far as a ServerHello.
[[nodiscard]] bool answered(const observation::Observation& seen);

/// The request that counts: the last one, since a late request (renegotiation, post-handshake) replaces what was asked
/// before. Null if nothing was asked.
[[nodiscard]] std::optional<std::size_t> request_that_counts(const observation::Observation& seen);

/// Where a normal client was asked nothing: the request of another connection, to be spoken of in its place. A late one
/// counts first, as it does within a connection; one that was cut short comes last; among equals the same way to the
/// server as `normal`. Null if nobody was asked.
[[nodiscard]] std::optional<RequestPlace> request_elsewhere(const std::vector<observation::Observation>& observations,
                                                            std::optional<std::size_t> normal);

/// What a request says by itself: `empty`, `list`, or `malformed`, as is one that was cut short.
[[nodiscard]] RequestStatus status_of(const observation::RequestSeen& request);

/// Reads one connection. `none` needs a flight of the server that was complete; before that it is `undetermined`.
[[nodiscard]] RequestStatus status_of(const observation::Observation& seen);

/// Whether a `none` can still turn into a late request: an HTTP request was sent and never answered, or we left after
/// the first flight.
[[nodiscard]] bool may_still_ask(const observation::Observation& seen);

/// Whether it ended, by whatever means, before there was an answer to read: half a header is none.
[[nodiscard]] bool broke_off(const observation::Observation& seen);

/// Whether two connections went to the same address and port with the same server name.
[[nodiscard]] bool same_place_and_name(const observation::Observation& left, const observation::Observation& right);

/// Whether the server had agreed on a version, and ended the connection before it could ask.
[[nodiscard]] bool broke_off_before_asking(const observation::Observation& seen);

/// Whether `other` tells what the server asks there, which this one, broken off before, does not.
[[nodiscard]] bool answers_in_place_of(const observation::Observation& other, const observation::Observation& broken);

/// Whether we do not know how this went because its connection broke off. False for null.
[[nodiscard]] bool left_open(const Facts& facts, const std::optional<Attempt>& attempt);

/// Whether a refusal may come from what stands behind the server, which took the certificate: it is of another kind
/// than that of a client without one (a close, not an alert; 401; a 400 whose page is not the one about certificates).
[[nodiscard]] bool may_come_from_behind_the_door(const Facts& facts, const Attempt& attempt);

/// The page speaks of a certificate that is none of this connection's: that none was sent, though one was, or anything
/// of the kind where nobody had asked. So TLS ends here, and a server behind has asked on a connection of its own.
[[nodiscard]] bool answer_is_from_behind(const observation::Observation& seen);

/// Whether certificates were sent, and no answer says whether one opened the door: 503, 500, silence in TLS 1.3.
[[nodiscard]] bool every_answer_is_open(const Facts& facts);

/// --expect-outcome asks for certainty about every candidate; reject also about having none, or it would call a door
/// shut that it has not tried.
[[nodiscard]] bool an_expected_outcome_is_open(const Facts& facts);

/// Whether there is a baseline, and not one way of asking of this run could be held against it: "no change" would be a
/// guess.
[[nodiscard]] bool nothing_compared(const Facts& facts);

/// Variants whose request the TLS library may have missed, to be read again without finishing a handshake: it left over
/// what the server said, or the server left and nothing else is known of that address and name. The widest offer of
/// each way stands for the others.
[[nodiscard]] std::vector<observation::Variant>
unread_variants(const std::vector<observation::Observation>& observations);

/// Names of the list, entries that are no names left out.
[[nodiscard]] std::vector<x509::Name> names_of(const observation::RequestSeen& request);

} // namespace mtls::verdict
