#include "certs/x509/system_trust.hpp"

#include "certs/ossl/error.hpp"

namespace mtls::x509 {

namespace {

bool is_for(X509* certificate, const std::string& host)
{
    const ossl::Asn1OctetStringPtr address{a2i_IPADDRESS(host.c_str())};
    if (address) {
        return X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
    }
    return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
}

} // namespace

SystemTrust::SystemTrust() : store_{ossl::must(X509_STORE_new(), "X509_STORE_new")}
{
    ossl::must_succeed(X509_STORE_set_default_paths(store_.get()), "find the system's trust store");
}

TrustVerdict SystemTrust::judge(const std::vector<Certificate>& chain, const std::string& host) const
{
    const ossl::ErrorMark quiet;
    const ossl::CertificatesPtr others{ossl::must(sk_X509_new_null(), "sk_X509_new_null")};
    for (const Certificate& certificate : chain) {
        if (X509_up_ref(certificate.get()) == 1) {
            (void)sk_X509_push(others.get(), certificate.get());
        }
    }
    const ossl::X509StoreCtxPtr context{ossl::must(X509_STORE_CTX_new(), "X509_STORE_CTX_new")};
    ossl::must_succeed(X509_STORE_CTX_init(context.get(), store_.get(), chain.front().get(), others.get()),
                       "begin to verify a chain");
    (void)X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);

    TrustVerdict verdict;
    verdict.trusted = X509_verify_cert(context.get()) == 1;
    if (!verdict.trusted) {
        verdict.code = X509_STORE_CTX_get_error(context.get());
        verdict.problem = X509_verify_cert_error_string(verdict.code);
    }
    verdict.name_matches = is_for(chain.front().get(), host);
    return verdict;
}

} // namespace mtls::x509
