#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/contents.hpp"
#include "certs/x509/credential.hpp"

namespace mtls::x509 {

/// Why there are more candidates in the file than will be tried; null: there are not.
[[nodiscard]] std::optional<std::string> too_many_credentials(const Contents& contents);

/// Every certificate of the file that a key belongs to, labelled `FILE`, `FILE#2`...; where there is none the first
/// that is no CA, else the first, with the first key. There must be a certificate. `others`: of what their chains are
/// made.
[[nodiscard]] std::vector<Credential> credentials_in(const std::filesystem::path& path, const Contents& contents,
                                                     const std::vector<Certificate>& others);

} // namespace mtls::x509
