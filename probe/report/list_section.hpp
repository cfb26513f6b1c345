#pragma once

#include "probe/report/layout.hpp"
#include "probe/report/report.hpp"

namespace mtls::report {

/// The trusted issuer list, each name marked against the expectation and the candidates. A long list shows what matters
/// unless the style is verbose.
/// Nothing if there is no list to show. `whose` is put into the heading, such as " of observation 1".
void put_list(Page& page, const verdict::Facts& facts, const TextStyle& style, std::string_view whose = "");

} // namespace mtls::report
