#pragma once

#include <string_view>

namespace mtls::program {

/// Writes to stdout, and on its way what was left there before. Throws x509::ConfigError, which begins with `doing`,
/// with the system's reason if not all of it was taken.
void print(std::string_view doing, std::string_view text);

} // namespace mtls::program
