#include "certs/pki/issue.hpp"

#include <algorithm>
#include <ctime>

#include "certs/ossl/error.hpp"
#include "certs/pki/extensions.hpp"
#include "certs/pki/keys.hpp"
#include "certs/x509/config_error.hpp"

namespace mtls::pki {

namespace {

ossl::Asn1TimePtr asn1_time(x509::Time time)
{
    const std::time_t seconds = time.time_since_epoch().count();
    return ossl::Asn1TimePtr{ossl::must(ASN1_TIME_set(nullptr, seconds), "set a time")};
}

/// RFC 5280 §4.1.2.2: positive, at most 20 octets. Here 16, the highest bit clear and the next one set.
ossl::Asn1IntegerPtr random_serial()
{
    constexpr int bits = 127;
    const ossl::BignumPtr number{ossl::must(BN_new(), "make a serial number")};
    ossl::must_succeed(BN_rand(number.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY), "make a serial number");
    return ossl::Asn1IntegerPtr{ossl::must(BN_to_ASN1_INTEGER(number.get(), nullptr), "make a serial number")};
}

ossl::X509NamePtr subject_name(const Entry& entry)
{
    const auto [der, problem] = encoded_subject(entry);
    if (problem) {
        throw x509::ConfigError{"subject of " + entry.name + ": " + *problem};
    }
    const unsigned char* cursor = der.data();
    const ossl::ErrorMark quiet;
    ossl::X509NamePtr name{d2i_X509_NAME(nullptr, &cursor, static_cast<long>(der.size()))};
    if (!name) {
        const auto error = x509::Name{der}.error();
        throw x509::ConfigError{"subject of " + entry.name + ": OpenSSL cannot put this name into a certificate" +
                                (error ? ": " + *error : "")};
    }
    return name;
}

} // namespace

x509::EncodedName encoded_subject(const Entry& entry)
{
    if (entry.subject_der) {
        return {*entry.subject_der, std::nullopt};
    }
    using x509::StringType;
    const std::string& type = entry.string_type;
    return x509::encode_rfc4514(entry.subject, type == "printable" ? StringType::printable
                                               : type == "bmp"     ? StringType::bmp
                                               : type == "t61"     ? StringType::t61
                                               : type == "ia5"     ? StringType::ia5
                                                                   : StringType::usual);
}

x509::Certificate issue(const Entry& entry, EVP_PKEY* key, const Signer& signer, x509::Time now)
{
    const std::string doing = "issue " + entry.name;
    ossl::X509Ptr made{ossl::must(X509_new(), doing)};
    X509* const certificate = made.get();
    X509* const issuer = signer.certificate == nullptr ? certificate : signer.certificate;
    const ossl::X509NamePtr subject = subject_name(entry);
    ossl::must_succeed(X509_set_version(certificate, X509_VERSION_3), doing);
    ossl::must_succeed(X509_set_serialNumber(certificate, random_serial().get()), doing);
    ossl::must_succeed(X509_set_subject_name(certificate, subject.get()), doing);
    ossl::must_succeed(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)), doing);
    ossl::must_succeed(X509_set1_notBefore(certificate, asn1_time(now + entry.not_before).get()), doing);
    ossl::must_succeed(X509_set1_notAfter(certificate, asn1_time(now + entry.not_after).get()), doing);
    ossl::must_succeed(X509_set_pubkey(certificate, key), doing);
    add_extensions(certificate, issuer, entry);
    ossl::must_succeed(X509_sign(certificate, signer.key, signing_digest(signer.key, entry.digest)), doing);
    // Through its bytes, as it will be seen by others.
    return x509::Certificate{x509::Certificate{std::move(made)}.der()};
}

ossl::X509CrlPtr issue_crl(const CrlEntry& entry, const std::vector<x509::Certificate>& revoked, const Signer& signer,
                           x509::Time now)
{
    const std::string doing = "issue the CRL " + entry.name;
    const auto next = now + entry.next_update;
    const auto last = std::min(now, next) - std::chrono::hours{1}; // a clock that is a little behind shall take it
    ossl::X509CrlPtr crl{ossl::must(X509_CRL_new(), doing)};
    ossl::must_succeed(X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2), doing);
    ossl::must_succeed(X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(signer.certificate)), doing);
    ossl::must_succeed(X509_CRL_set1_lastUpdate(crl.get(), asn1_time(last).get()), doing);
    ossl::must_succeed(X509_CRL_set1_nextUpdate(crl.get(), asn1_time(next).get()), doing);
    for (const x509::Certificate& certificate : revoked) {
        ossl::X509RevokedPtr item{ossl::must(X509_REVOKED_new(), doing)};
        auto* const serial = const_cast<ASN1_INTEGER*>(X509_get0_serialNumber(certificate.get())); // copied there
        ossl::must_succeed(X509_REVOKED_set_serialNumber(item.get(), serial), doing);
        ossl::must_succeed(X509_REVOKED_set_revocationDate(item.get(), asn1_time(last).get()), doing);
        ossl::must_succeed(X509_CRL_add0_revoked(crl.get(), item.get()), doing);
        static_cast<void>(item.release());
    }
    add_extensions(crl.get(), signer.certificate, 1);
    ossl::must_succeed(X509_CRL_sort(crl.get()), doing);
    ossl::must_succeed(X509_CRL_sign(crl.get(), signer.key, signing_digest(signer.key, "sha256")), doing);
    return crl;
}

} // namespace mtls::pki
