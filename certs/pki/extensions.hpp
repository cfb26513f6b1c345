#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "certs/pki/recipe.hpp"

namespace mtls::pki {

/// Whether `usage =` may hold this: a name of RFC 5280 §4.2.1.12 or a dotted OID.
[[nodiscard]] bool is_usage(std::string_view text);

/// Whether `key_usage =` may hold this: a name of RFC 5280 §4.2.1.3.
[[nodiscard]] bool is_key_usage(std::string_view text);

/// Whether `names =` may hold this: an IP address, else ASCII text (an e-mail address, a URI or a host name).
[[nodiscard]] bool is_alternative_name(const std::string& text);

/// Adds what the entry asks for, and both key identifiers. The certificate has its key; `issuer` may be itself.
/// Throws ossl::Error.
void add_extensions(X509* certificate, X509* issuer, const Entry& entry);

/// Adds the issuer's key identifier and the number that RFC 5280 §5.2 wants.
void add_extensions(X509_CRL* crl, X509* issuer, long number);

} // namespace mtls::pki
