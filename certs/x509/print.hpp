#pragma once

#include <string_view>

namespace mtls::x509 {

/// Writes to stdout, and on its way what was left there before. Throws ConfigError, which begins with `doing`, with the
/// system's reason if not all of it was taken.
void print(std::string_view doing, std::string_view text);

} // namespace mtls::x509
