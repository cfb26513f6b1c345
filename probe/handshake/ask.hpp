#pragma once

#include <cstddef>
#include <vector>

#include "probe/handshake/client_context.hpp"
#include "probe/handshake/question.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::handshake {

/// Makes every connection, at most `at_once` at the same time, and returns what was seen, in the order of the
/// questions. Throws for what is wrong on our side.
[[nodiscard]] std::vector<observation::Observation> ask(const ClientContext& context,
                                                        const std::vector<Question>& questions, std::size_t at_once);

} // namespace mtls::handshake
