#include <algorithm>

#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// JSSE with one entry in its key store. Run: OpenJDK 17.0.15 and 17.0.21, Temurin 25.0.3; later and earlier versions
/// were read about.
namespace mtls::clients::rules {

namespace {

using wire::SignatureScheme;
using Schemes = std::vector<SignatureScheme>;

/// SHA-1 as later updates have it (jdk.tls.disabledAlgorithms: "usage HandshakeSignature"): certificates may bear it.
constexpr Repertoire for_handshakes{.sha1 = false, .sha224 = false, .ed25519 = true, .ed448 = true, .pss_keys = true};
constexpr Repertoire for_certificates{.sha1 = true, .sha224 = false, .ed25519 = true, .ed448 = true, .pss_keys = true};

/// What the server takes, as far as Java knows it.
struct Peer {
    bool chooses = false; ///< TLS 1.2 and 1.3 list algorithms, older versions do not
    Schemes handshake;    ///< for CertificateVerify
    Schemes certificates; ///< signature_algorithms_cert, or else the same
};

Peer peer_of(const Question& question)
{
    const wire::CertificateRequest& request = question.asked.request;
    Peer peer;
    peer.chooses = request.signature_algorithms.has_value();
    if (peer.chooses) {
        peer.certificates =
            known_of(request.signature_algorithms_cert.value_or(*request.signature_algorithms), for_certificates);
        peer.handshake = known_of(*request.signature_algorithms, for_handshakes);
        if (question.tls13) {
            std::erase_if(peer.handshake, [](SignatureScheme scheme) { return !signs_in_tls13(scheme); });
        }
    }
    return peer;
}

/// sun.security.ssl.SignatureScheme, keyAlgorithm: no curve in it.
bool is_for_key(SignatureScheme scheme, x509::KeyType key)
{
    switch (key) {
    case x509::KeyType::rsa:
        return is_for_rsa_keys(scheme) && scheme != SignatureScheme::rsa_pss_pss_sha256 &&
               scheme != SignatureScheme::rsa_pss_pss_sha384 && scheme != SignatureScheme::rsa_pss_pss_sha512;
    case x509::KeyType::ec:
        return scheme == SignatureScheme::ecdsa_secp256r1_sha256 || scheme == SignatureScheme::ecdsa_secp384r1_sha384 ||
               scheme == SignatureScheme::ecdsa_secp521r1_sha512;
    default: // Ed25519: obstacle() lets no other kind through
        return scheme == SignatureScheme::ed25519 || scheme == SignatureScheme::ed448;
    }
}

bool is_sha1(SignatureScheme scheme)
{
    return scheme == SignatureScheme::rsa_pkcs1_sha1 || scheme == SignatureScheme::ecdsa_sha1;
}

/// CertificateRequest.java, the consumers of the message and of its extensions.
std::optional<Answer> obstacle(const Question& question, const Peer& peer)
{
    switch (oddity_of(question.asked)) {
    case Oddity::empty_list_extension:
        return breaks_off("Java ends the handshake over a certificate_authorities extension without names");
    case Oddity::not_a_name:
        return breaks_off("Java ends the handshake over an entry of the list that is not a name");
    default:
        break;
    }
    if (peer.chooses && peer.handshake.empty()) {
        Answer stopped = breaks_off("Java ends the handshake when it can use none of the signature algorithms");
        const auto& offered = *question.asked.request.signature_algorithms;
        return std::none_of(offered.begin(), offered.end(), is_sha1)
                   ? stopped
                   : perhaps(stopped, "17.0.21 ends the handshake over an offer of nothing but SHA-1; 17.0.15 signs "
                                      "with it");
    }
    if (!has_everyday_key(question.held.leaf) && question.held.leaf.key_type() != x509::KeyType::ed25519) {
        return not_known("what Java does with this kind of key was not looked at");
    }
    return std::nullopt;
}

/// CertificateMessage.java and CertificateRequest.java, choosePossession: kinds of keys are taken from the algorithms
/// for *certificates*, and one for the handshake must go with each.
bool kind_is_asked_for(const Question& question, const Peer& peer)
{
    const auto key = question.held.leaf.key_type();
    const auto has = [key](const Schemes& schemes) {
        return std::any_of(schemes.begin(), schemes.end(),
                           [key](SignatureScheme scheme) { return is_for_key(scheme, key); });
    };
    return type_is_asked_for(question) && (!peer.chooses || (has(peer.certificates) && has(peer.handshake)));
}

/// After the Certificate message: ECDSA is bound to its curve in TLS 1.2 as well.
bool can_sign(const Question& question, const Peer& peer)
{
    if (!peer.chooses) {
        return true;
    }
    const bool is_rsa = question.held.leaf.key_type() == x509::KeyType::rsa;
    return can_sign_with_any(question.held.leaf, peer.handshake,
                             is_rsa ? signing_rules(question) : SigningRules::tls13) == true;
}

/// X509KeyManagerImpl.java, conformsToAlgorithmConstraints: every certificate of the chain, its root too.
bool chain_is_welcome(const Question& question, const Peer& peer)
{
    const auto welcome = [&](const x509::Certificate& each) {
        return peer.chooses ? std::any_of(peer.certificates.begin(), peer.certificates.end(),
                                          [&](SignatureScheme scheme) { return is_signed_with(each, scheme); })
                            : !is_signed_weakly(each);
    };
    return welcome(question.held.leaf) && std::all_of(question.held.chain.begin(), question.held.chain.end(), welcome);
}

enum class List { counts, is_ignored };
enum class Chain { is_checked, is_taken_as_it_is };

Answer answer(const Question& question, List list, Chain chain)
{
    const Peer peer = peer_of(question);
    if (auto stopped = obstacle(question, peer)) {
        return *stopped;
    }
    if (!kind_is_asked_for(question, peer)) {
        return withholds("the server does not ask for this kind of key");
    }
    if (list == List::counts) {
        if (auto unlisted = configured_not_listed(question, Compare::java, "Java compares canonical forms")) {
            return *unlisted;
        }
    }
    if (chain == Chain::is_checked && !chain_is_welcome(question, peer)) {
        return withholds(
            "a certificate of the chain is signed with an algorithm that the server or Java does not take");
    }
    const std::size_t certificates = 1 + question.held.chain.size();
    if (!can_sign(question, peer)) {
        return offers_then_breaks_off(certificates,
                                      "its kind of key is asked for but not its curve, which Java notices "
                                      "after it has sent the certificate");
    }
    return offers(certificates, list == List::is_ignored ? "this version does not look at the list in TLS 1.3"
                                : question.no_list()     ? "the server names nobody, so any will do"
                                                         : "an issuer of the configured chain is in the list");
}

} // namespace

/// SunX509KeyManagerImpl.java, getAliases: the issuers of the whole chain, as X500Principal.
Answer java_sunx509(const Question& question)
{
    return answer(question, List::counts, Chain::is_taken_as_it_is);
}

/// X509KeyManagerImpl.java. Dates and usages only decide between several; a bad one is sent if there is nothing better.
/// Since JDK-8359956 (Java 26) SunX509 does the same.
Answer java_newsunx509(const Question& question)
{
    return answer(question, List::counts, Chain::is_checked);
}

/// JDK-8206925: certificate_authorities of TLS 1.3 was not read.
Answer java_before_8206925(const Question& question)
{
    return answer(question, question.tls13 ? List::is_ignored : List::counts, Chain::is_taken_as_it_is);
}

} // namespace mtls::clients::rules
