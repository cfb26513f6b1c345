#pragma once

namespace mtls::pki {

/// The text of standard.toml, put in by the build.
extern const char* const standard_toml;

} // namespace mtls::pki
