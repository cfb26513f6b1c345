#include "certs/x509/signature_memo.hpp"

#include <algorithm>

#include <openssl/evp.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"

namespace mtls::x509 {

const KeyDigest& SignatureMemo::key(X509* certificate) const
{
    digested_([&] { // with its parameters, which X509_pubkey_digest leaves out
        unsigned char* bytes = nullptr;
        const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
        const ossl::BytesPtr owner{bytes};
        ossl::must_succeed(size, "encode a public key");
        ossl::must_succeed(
            EVP_Digest(bytes, static_cast<std::size_t>(size), key_.data(), nullptr, EVP_sha256(), nullptr),
            "digest a public key");
    });
    return key_;
}

bool SignatureMemo::is_signed_by(X509* certificate, X509* issuer, const SignatureMemo& of_issuer) const
{
    constexpr std::size_t most = 64; // of one name, as after renewals; what comes then is verified each time
    const ossl::ErrorMark quiet;
    EVP_PKEY* const with = X509_get0_pubkey(issuer);
    if (with == nullptr) {
        return false;
    }
    const KeyDigest& digest = of_issuer.key(issuer);
    {
        const std::lock_guard lock{mutex_};
        const auto known = std::ranges::find(tried_, digest, &std::pair<KeyDigest, bool>::first);
        if (known != tried_.end()) {
            return known->second;
        }
    }
    const bool is_so = X509_verify(certificate, with) == 1;
    const std::lock_guard lock{mutex_};
    if (tried_.size() < most) {
        tried_.emplace_back(digest, is_so);
    }
    return is_so;
}

} // namespace mtls::x509
