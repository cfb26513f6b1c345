#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "certs/x509/name.hpp"

namespace mtls::x509 {

/// A name that a user wrote down, or the subject of a certificate.
struct ListedName {
    Name name;
    bool has_encoding = true;               ///< false: it was text, so its string types are ours
    std::optional<Certificate> certificate; ///< whose subject it is; null for text
};

/// The names that a file lists: the subjects of its certificates (all that load_certificates() reads), or, in a text
/// without certificates, one RFC 4514 name a line; blank lines and lines that begin with `#` are passed over. Reads the
/// file once, so it may be a pipe. Throws ConfigError, with the line's number where a name is none.
[[nodiscard]] std::vector<ListedName> load_names(const std::filesystem::path& path);

} // namespace mtls::x509
