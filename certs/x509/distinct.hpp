#pragma once

#include <vector>

#include "certs/x509/certificate.hpp"

namespace mtls::x509 {

/// Each certificate once, in their order. Of any number: a store or a file may hold thousands.
[[nodiscard]] std::vector<Certificate> distinct(std::vector<Certificate> certificates);

} // namespace mtls::x509
