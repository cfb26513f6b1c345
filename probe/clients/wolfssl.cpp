#include <algorithm>

#include "probe/clients/fitness.hpp"
#include "probe/clients/rules.hpp"

/// wolfSSL. Read in 5.5.4 (src/internal.c, DoCertificateRequest, PickHashSigAlgo; src/tls13.c) and run as Debian builds
/// it.
namespace mtls::clients::rules {

namespace {

constexpr Repertoire repertoire{.sha1 = false, .sha224 = false, .ed25519 = true, .ed448 = true, .pss_keys = false};

constexpr const char* no_algorithm = "wolfSSL ends the handshake when it finds no signature algorithm";

Answer send(const Question& question)
{
    return offers(1 + question.held.chain.size(), "it sends what it is given and does not look at the list");
}

/// Up to TLS 1.2 the algorithm is looked for by the kind of signature in the cipher suite, which is that of the
/// *server's* key.
Answer by_cipher(const Question& question)
{
    const auto& offered = question.asked.request.signature_algorithms;
    if (!offered) {
        return send(question);
    }
    const auto known = known_of(*offered, repertoire);
    if (question.held.leaf.key_type() == x509::KeyType::ed25519) { // the one kind that is looked for by its own name
        const bool listed = std::find(known.begin(), known.end(), wire::SignatureScheme::ed25519) != known.end();
        return listed ? send(question) : breaks_off(no_algorithm);
    }
    const auto rsa = std::any_of(known.begin(), known.end(), is_for_rsa_keys);
    const auto ecdsa = !std::all_of(known.begin(), known.end(), is_for_rsa_keys);
    const std::string cipher = question.asked.cipher.value_or("");
    if (rsa == ecdsa) {
        return rsa ? send(question) : breaks_off(no_algorithm);
    }
    if (cipher.find("_ECDSA_") != std::string::npos) {
        return ecdsa ? send(question) : breaks_off(no_algorithm);
    }
    if (cipher.find("_RSA_") != std::string::npos) {
        return rsa ? send(question) : breaks_off(no_algorithm);
    }
    return not_known("in TLS 1.2 it depends on the server's own key, which is not known here");
}

} // namespace

Answer wolfssl(const Question& question)
{
    if (oddity_of(question.asked) == Oddity::not_a_name && !question.tls13) {
        return breaks_off("wolfSSL ends the handshake over an entry of the list that is not a name");
    }
    if (!has_everyday_key(question.held.leaf) && question.held.leaf.key_type() != x509::KeyType::ed25519) {
        return not_known("what wolfSSL does with this kind of key was not looked at");
    }
    if (!question.tls13) {
        return by_cipher(question);
    }
    return can_answer(question, repertoire) == true ? send(question) : breaks_off(no_algorithm);
}

} // namespace mtls::clients::rules
