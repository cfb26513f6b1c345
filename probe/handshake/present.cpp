#include "probe/handshake/present.hpp"

#include "certs/ossl/error.hpp"

namespace mtls::handshake {

void present(SSL* ssl, const x509::Credential& credential)
{
    const std::string doing = "present " + credential.label;
    ossl::must_succeed(SSL_use_certificate(ssl, credential.leaf.get()), doing);
    ossl::must_succeed(SSL_use_PrivateKey(ssl, credential.key->get()), doing);
    for (const x509::Certificate& above : credential.chain) {
        ossl::must_succeed(static_cast<int>(SSL_add1_chain_cert(ssl, above.get())), doing);
    }
}

std::optional<std::string> why_not_presentable(SSL* ssl, const x509::Credential& credential)
{
    if (SSL_use_certificate(ssl, credential.leaf.get()) > 0 && SSL_use_PrivateKey(ssl, credential.key->get()) > 0) {
        return std::nullopt;
    }
    return "TLS cannot prove that its key is held (" + credential.leaf.key_text() + "): " + ossl::drain_errors();
}

} // namespace mtls::handshake
