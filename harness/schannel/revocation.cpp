#include "harness/schannel/revocation.hpp"

#include <ctime>

#include <openssl/x509.h>

#include "certs/ossl/error.hpp"

namespace mtls::schannel {
namespace {

using enum RevocationStatus;

bool is_list_of(X509_CRL* crl, const x509::Certificate& issuer)
{
    const ossl::ErrorMark quiet;
    EVP_PKEY* const key = X509_get0_pubkey(issuer.get());
    return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer.get())) == 0 && key != nullptr &&
           X509_CRL_verify(crl, key) == 1;
}

bool names(X509_CRL* crl, const x509::Certificate& certificate)
{
    X509_REVOKED* entry = nullptr;
    return X509_CRL_get0_by_cert(crl, &entry, certificate.get()) == 1;
}

/// RFC 5280 §5.1.2.5: "the date by which the next CRL will be issued".
bool is_current(const X509_CRL* crl, x509::Time now)
{
    const ASN1_TIME* next = X509_CRL_get0_nextUpdate(crl);
    std::time_t moment = now.time_since_epoch().count();
    return next == nullptr || X509_cmp_time(next, &moment) > 0;
}

RevocationStatus status_of(const Revocation& revocation, const x509::Certificate& certificate,
                           const x509::Certificate& issuer, x509::Time now)
{
    bool checked = false;
    for (const auto& crl : revocation.crls) {
        if (is_list_of(crl.get(), issuer)) {
            if (names(crl.get(), certificate)) {
                return revoked;
            }
            checked = checked || is_current(crl.get(), now);
        }
    }
    return checked ? good : unknown;
}

} // namespace

RevocationStatus revocation_status(const Revocation& revocation, const Chain& chain, x509::Time now)
{
    if (revocation.offline) {
        return unknown;
    }
    if (revocation.crls.empty()) {
        return good;
    }
    RevocationStatus result = good;
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        const RevocationStatus one = status_of(revocation, chain[i], chain[i + 1], now);
        if (one == revoked) {
            return revoked;
        }
        result = one == unknown ? unknown : result;
    }
    return result;
}

} // namespace mtls::schannel
