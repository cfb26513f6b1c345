#include <algorithm>

#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// Go's crypto/tls. Run: 1.19.8; later versions were read.
namespace mtls::clients::rules {

namespace {

using wire::SignatureScheme;

enum class Sha1 { allowed, disallowed };

bool has_a_go_key(const x509::Certificate& leaf)
{
    return has_everyday_key(leaf) || leaf.key_type() == x509::KeyType::ed25519;
}

constexpr Repertoire repertoire(Sha1 sha1)
{
    return {.sha1 = sha1 == Sha1::allowed, .sha224 = false, .ed25519 = true, .ed448 = false, .pss_keys = false};
}

std::optional<Answer> obstacle(const Question& question)
{
    switch (oddity_of(question.asked)) {
    case Oddity::empty_list_extension:
        return breaks_off("Go ends the handshake over a certificate_authorities extension without names");
    case Oddity::no_certificate_types:
        return breaks_off("Go ends the handshake when no certificate type is listed");
    default:
        break;
    }
    if (!has_a_go_key(question.held.leaf)) {
        return not_known("what Go does with this kind of key was not looked at");
    }
    return std::nullopt;
}

/// handshake_client.go, certificateRequestInfoFromMsg: certificate_types strikes algorithms out.
std::vector<SignatureScheme> left_by_types(const Question& question)
{
    const auto& types = *question.asked.request.certificate_types;
    const auto has = [&](wire::ClientCertificateType type) {
        return std::find(types.begin(), types.end(), type) != types.end();
    };
    const bool rsa = has(wire::ClientCertificateType::rsa_sign);
    const bool ecdsa = has(wire::ClientCertificateType::ecdsa_sign);
    const auto known = known_of(*question.asked.request.signature_algorithms, repertoire(Sha1::allowed));
    std::vector<SignatureScheme> left;
    std::copy_if(known.begin(), known.end(), std::back_inserter(left),
                 [&](SignatureScheme scheme) { return is_for_rsa_keys(scheme) ? rsa : ecdsa; });
    return left;
}

/// auth.go, selectSignatureScheme.
bool can_sign(const Question& question, Sha1 sha1)
{
    if (!question.asked.request.signature_algorithms) { // up to TLS 1.1
        return type_is_asked_for(question) && question.held.leaf.key_type() != x509::KeyType::ed25519;
    }
    if (question.tls13) {
        return can_answer(question, repertoire(sha1)) == true;
    }
    auto schemes = left_by_types(question);
    if (schemes.empty()) {
        schemes = {SignatureScheme::rsa_pkcs1_sha1, SignatureScheme::ecdsa_sha1};
    }
    return can_sign_with_any(question.held.leaf, known_of(schemes, repertoire(sha1)), SigningRules::tls12) == true;
}

/// common.go, CertificateRequestInfo.SupportsCertificate.
Answer from_certificates(const Question& question, Sha1 sha1)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (auto unlisted = configured_not_listed(question, Compare::bytes, "Go compares bytes")) {
        return *unlisted;
    }
    if (!can_sign(question, sha1)) {
        return withholds(
            "the certificate types and signature algorithms of the server leave none that this key can use");
    }
    return offers(1 + question.held.chain.size(), question.no_list()
                                                      ? "the server names nobody, so any will do"
                                                      : "an issuer of the configured chain is in the list");
}

} // namespace

Answer go_with_sha1(const Question& question)
{
    return from_certificates(question, Sha1::allowed);
}

/// Release notes of Go 1.25: SHA-1 is disallowed in TLS 1.2 handshakes unless GODEBUG has tlssha1=1.
Answer go_without_sha1(const Question& question)
{
    return from_certificates(question, Sha1::disallowed);
}

/// handshake_client.go, handshake_client_tls13.go: what the callback returns is sent, and only then an algorithm is
/// looked for.
Answer go_callback(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    const std::size_t certificates = 1 + question.held.chain.size();
    if (can_answer(question, repertoire(Sha1::allowed)) != true) {
        return offers_then_breaks_off(certificates,
                                      "its callback answers whatever is asked, and then the server takes no "
                                      "signature algorithm that this key can use");
    }
    return offers(certificates, "its callback answers whatever is asked");
}

} // namespace mtls::clients::rules
