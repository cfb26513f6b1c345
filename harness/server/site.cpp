#include "harness/server/site.hpp"

#include <openssl/ssl.h>

#include "certs/ossl/error.hpp"
#include "harness/server/tls_session.hpp"

namespace mtls::server {
namespace {

using ossl::must;
using ossl::must_succeed;

void use_certificate(SSL_CTX* context, const pki::Issued& issued)
{
    must_succeed(SSL_CTX_use_certificate(context, issued.certificate.get()), "use the server certificate");
    must_succeed(SSL_CTX_use_PrivateKey(context, issued.key.get()), "use the server's key");
    for (const auto& above : issued.chain) {
        must_succeed(SSL_CTX_add1_chain_cert(context, above.get()), "use the server's chain");
    }
}

/// The context owns the list, and takes names only from certificates: each goes in on an empty one.
void advertise(SSL_CTX* context, const std::vector<x509::Name>& names)
{
    SSL_CTX_set0_CA_list(context, must(sk_X509_NAME_new_null(), "make a list of names"));
    for (const x509::Name& name : names) {
        const unsigned char* der = name.der().data();
        const ossl::X509NamePtr parsed{must(d2i_X509_NAME(nullptr, &der, static_cast<long>(name.der().size())),
                                            "read the name of an authority to advertise")};
        const ossl::X509Ptr carrier{must(X509_new(), "X509_new")};
        must_succeed(X509_set_subject_name(carrier.get(), parsed.get()), "X509_set_subject_name");
        must_succeed(SSL_CTX_add1_to_CA_list(context, carrier.get()), "SSL_CTX_add1_to_CA_list");
    }
}

void trust(SSL_CTX* context, const TlsSettings& settings)
{
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    for (const auto* certificates : {&settings.trust, &settings.intermediates}) {
        for (const auto& certificate : *certificates) {
            // A CA-issued certificate in the store helps to build chains; only a self-signed one ends them.
            must_succeed(X509_STORE_add_cert(store, certificate.get()), "trust an authority");
        }
    }
    if (settings.verify_depth) {
        SSL_CTX_set_verify_depth(context, *settings.verify_depth);
    }
}

/// What the request says beside the names.
void narrow(SSL_CTX* context, const TlsSettings& settings)
{
    const auto& types = settings.certificate_types;
    if (!types.empty()) {
        must_succeed(SSL_CTX_set1_client_certificate_types(context, types.data(), static_cast<long>(types.size())),
                     "set the certificate types");
    }
    if (!settings.signature_algorithms.empty()) {
        must_succeed(SSL_CTX_set1_client_sigalgs_list(context, settings.signature_algorithms.c_str()),
                     "set the signature algorithms");
    }
}

} // namespace

Site::Site(TlsSettings settings) : settings_{std::move(settings)}, context_{new_server_context()}
{
    use_certificate(context_.get(), *settings_.certificate);
    advertise(context_.get(), settings_.advertise);
    trust(context_.get(), settings_);
    narrow(context_.get(), settings_);
}

Site::~Site() = default;

int Site::verify_mode() const
{
    return SSL_VERIFY_PEER | (settings_.required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
}

} // namespace mtls::server
