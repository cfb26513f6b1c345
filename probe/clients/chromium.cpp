#include <algorithm>

#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// Chromium, whose choice depends on the platform's store, and BoringSSL, which then checks what was chosen. Run:
/// Chromium 156 on Linux (policy AutoSelectCertificateForUrls); the others were read.
namespace mtls::clients::rules {

namespace {

constexpr Repertoire repertoire{.sha1 = true, .sha224 = false, .ed25519 = false, .ed448 = false, .pss_keys = false};

/// ssl/tls13_client.cc, ssl/handshake_client.cc.
std::optional<Answer> obstacle(const Question& question)
{
    switch (oddity_of(question.asked)) {
    case Oddity::empty_list_extension:
        return breaks_off("BoringSSL ends the handshake over a certificate_authorities extension without names");
    case Oddity::no_certificate_types:
        return breaks_off("BoringSSL ends the handshake when no certificate type is listed");
    default:
        break;
    }
    if (!has_everyday_key(question.held.leaf)) {
        return not_known("what it does with this kind of key was not looked at");
    }
    return std::nullopt;
}

/// ssl/handshake_client.cc, check_credential: one that was chosen and does not fit ends the handshake.
Answer checked(const Question& question, std::optional<std::size_t> certificates, const char* reason)
{
    if (!type_is_asked_for(question)) {
        return breaks_off("the server does not ask for this type of key, over which BoringSSL ends the handshake");
    }
    if (can_answer(question, repertoire) != true) {
        return breaks_off(
            "the server takes no signature algorithm that this key can use, over which BoringSSL ends the "
            "handshake");
    }
    Answer answer = offers(0, reason);
    answer.certificates = certificates;
    return answer;
}

std::optional<Answer> unusable(const Question& question)
{
    if (!question.held.leaf.allows_digital_signature()) {
        return withholds("its key usage has no digitalSignature");
    }
    if (question.expired()) {
        return withholds("it is expired or not valid yet");
    }
    return std::nullopt;
}

constexpr const char* no_client_usage = "its extended key usage has no clientAuth";
constexpr const char* anybody = "the server names nobody, so any will do";
constexpr const char* listed = "an issuer of it is in the list";

} // namespace

/// net/ssl/client_cert_store_nss.cc, FilterCertsOnWorkerThread; net/third_party/nss/ssl/cmpcert.cc,
/// MatchClientCertificateIssuers: what it walks over to find a listed issuer is what is sent.
Answer chromium_linux(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (!has_client_usage(question.held.leaf)) {
        return withholds(no_client_usage);
    }
    if (auto refused = unusable(question)) {
        return *refused;
    }
    const auto own = issuers_of(question.held.leaf, question.own_path);
    const std::size_t walked =
        question.no_list() ? 1 : std::max<std::size_t>(meet(question, Compare::bytes, own).depth, 1);
    const Answer offer = checked(question, walked, question.no_list() ? anybody : listed);
    return store_not_listed(question, Compare::bytes, "Chromium on Linux compares bytes", offer).value_or(offer);
}

/// net/ssl/client_cert_store_win.cc, GetClientCertsImpl: CertFindChainInStore by issuer, clientAuth and validity.
Answer chromium_windows(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (!question.held.leaf.allows_client_authentication()) {
        return withholds(no_client_usage);
    }
    if (auto refused = unusable(question)) {
        return *refused;
    }
    if (!has_client_usage(question.held.leaf)) {
        return not_known("whether Windows takes anyExtendedKeyUsage for clientAuth here was not established");
    }
    const Answer offer = checked(question, std::nullopt, question.no_list() ? anybody : listed);
    return store_not_listed(question, Compare::cryptoapi, "how CryptoAPI compares such names is not documented", offer)
        .value_or(offer);
}

/// net/ssl/client_cert_store_mac.cc, GetClientCertsImpl and IsIssuedByInKeychain; names are normalised.
Answer chromium_macos(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (!question.held.leaf.allows_client_authentication()) {
        return withholds(no_client_usage);
    }
    if (auto refused = unusable(question)) {
        return *refused;
    }
    const Answer offer = checked(question, std::nullopt, question.no_list() ? anybody : listed);
    return store_not_listed(question, Compare::openssl, "Chromium on macOS compares normalised names", offer)
        .value_or(offer);
}

Answer boringssl(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    return checked(question, 1 + question.held.chain.size(), "it sends what it is given and does not look at the list");
}

} // namespace mtls::clients::rules
