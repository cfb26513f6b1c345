#include "harness/schannel/authority.hpp"

#include <algorithm>
#include <span>

#include <openssl/x509v3.h>

#include "certs/ossl/error.hpp"

namespace mtls::schannel {

bool issuers_may_issue(const Chain& chain)
{
    const ossl::ErrorMark quiet;
    // RFC 5280 §4.2.1.9: "the maximum number of non-self-issued intermediate certificates that may follow".
    long between = 0;
    for (const auto& issuer : std::span{chain}.subspan(1)) {
        const long limit = X509_get_pathlen(issuer.get());                             // -1: none
        const bool signs = (X509_get_key_usage(issuer.get()) & KU_KEY_CERT_SIGN) != 0; // all bits without the extension
        if (!issuer.is_ca() || !signs || (limit >= 0 && between > limit)) {
            return false;
        }
        between += issuer.is_self_issued() ? 0 : 1;
    }
    return true;
}

bool issuers_allow_client_authentication(const Chain& chain)
{
    return std::ranges::all_of(std::span{chain}.subspan(1), &x509::Certificate::allows_client_authentication);
}

} // namespace mtls::schannel
