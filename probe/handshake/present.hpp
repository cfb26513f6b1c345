#pragma once

#include <optional>
#include <string>

#include "certs/ossl/handles.hpp"
#include "certs/x509/credential.hpp"

namespace mtls::handshake {

/// Lets `ssl` send the credential, whose key belongs to it, with its chain when a server asks. Throws ossl::Error:
/// "present LABEL: why".
void present(SSL* ssl, const x509::Credential& credential);

/// Why no connection can present a credential whose key belongs to it: a key that signs nothing (X25519), or of a kind
/// that the library has no TLS for. Null: it can. Throws ossl::Error for anything else.
[[nodiscard]] std::optional<std::string> why_not_presentable(SSL* ssl, const x509::Credential& credential);

} // namespace mtls::handshake
