#pragma once

#include <string>

#include "probe/report/layout.hpp"
#include "probe/report/report.hpp"

namespace mtls::report {

/// How many programs would send the candidate, in half a line; "" if none was asked.
[[nodiscard]] std::string clients_in_short(const verdict::Facts& facts, const verdict::CandidateFacts& candidate);

/// What to say even of programs that are of one mind.
enum class Matrix { where_they_disagree, always };

/// Client programs against candidates: those that treat all of them alike share a line. In a verbose style the reasons,
/// also those of the special programs.
void put_clients(Page& page, const verdict::Facts& facts, Matrix matrix, const TextStyle& style);

} // namespace mtls::report
