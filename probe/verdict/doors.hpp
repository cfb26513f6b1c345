#pragma once

#include <optional>

#include "probe/verdict/facts.hpp"

/// What answers with and without a certificate say beside each other. Pure.
namespace mtls::verdict {

/// The connection that presented a certificate the same way, and got another answer, where the one without was sent
/// elsewhere (3xx) or told that there is nothing (404, 405): then what stands behind the server may tell those without
/// from those with a certificate. Null: there is none, or the answer is of another kind. Indices into the observations.
[[nodiscard]] std::optional<std::size_t> told_apart_by(const Facts& facts, std::size_t without_certificate);

/// Connections without a certificate that were let in: under --expect-outcome reject every variant, else that of a
/// normal client.
[[nodiscard]] std::vector<std::size_t> open_doors(const Facts& facts);

/// Under --expect-outcome reject: doors are open by their status, and each of them answers those with a certificate
/// otherwise, so it is no proof that it lets anybody in.
[[nodiscard]] bool open_doors_prove_nothing(const Facts& facts);

} // namespace mtls::verdict
