#pragma once

#include <stdexcept>
#include <string>

namespace mtls::x509 {

/// Something the user gave us cannot be used: a file, a passphrase, a name, a setting. `what()` is one line that says
/// what was being read and why it failed, e.g. `read alice.p12: wrong passphrase`. Programs print it and exit with 3.
class ConfigError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

} // namespace mtls::x509
