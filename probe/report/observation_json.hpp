#pragma once

#include "probe/observation/observation.hpp"
#include "probe/report/json_writer.hpp"

namespace mtls::report {

/// One of the report's `observations`.
void write_observation(JsonWriter& out, const observation::Observation& seen);

} // namespace mtls::report
