#include <algorithm>

#include <openssl/x509.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// OpenSSL 3 and the programs that load one certificate into it. Read in 3.0.22; run: s_client, curl 7.88.1,
/// Python 3.11 ssl, requests 2.28.1, Node.js 20.
namespace mtls::clients::rules {

namespace {

/// ssl/t1_lib.c, the default list for security level 1 and up: no SHA-1.
constexpr Repertoire repertoire{.sha1 = false, .sha224 = true, .ed25519 = true, .ed448 = true, .pss_keys = true};

/// ssl/statem/statem_lib.c, parse_ca_names: d2i_X509_NAME must take all of it, or the handshake ends.
bool decodes(const x509::Name& name)
{
    const ossl::ErrorMark quiet;
    const auto& der = name.der();
    const unsigned char* cursor = der.data();
    const ossl::X509NamePtr parsed{d2i_X509_NAME(nullptr, &cursor, static_cast<long>(der.size()))};
    return parsed != nullptr && cursor == der.data() + der.size();
}

/// ssl/ssl_cert.c, ssl_security_cert at load: "ca md too weak". Level 1 asks for 80 bits, and SHA-1 has 63 since 3.0.
/// Roots are spared.
bool refuses_to_load(const Held& held)
{
    return is_signed_weakly(held.leaf) ||
           std::any_of(held.chain.begin(), held.chain.end(),
                       [](const x509::Certificate& each) { return is_signed_weakly(each) && !each.is_self_signed(); });
}

/// "ee key too small" at level 2.
bool has_a_short_key(const x509::Certificate& leaf)
{
    constexpr int level_2 = 2048;
    const bool is_rsa = leaf.key_type() == x509::KeyType::rsa || leaf.key_type() == x509::KeyType::rsa_pss;
    return is_rsa && leaf.key_bits() < level_2;
}

/// ssl/t1_lib.c, check_cert_usable: in TLS 1.3 the leaf's own signature must be in signature_algorithms_cert.
bool signature_is_welcome(const Question& question)
{
    const auto& listed = question.asked.request.signature_algorithms_cert;
    return !listed || std::any_of(listed->begin(), listed->end(), [&](wire::SignatureScheme scheme) {
        return is_signed_with(question.held.leaf, scheme);
    });
}

/// What comes before any choice; null if nothing is in the way.
std::optional<Answer> obstacle(const Question& question)
{
    if (refuses_to_load(question.held)) {
        return cannot_start("OpenSSL 3 does not load certificates signed with SHA-1 or MD5, unless its security level "
                            "is 0");
    }
    if (!question.asked.request.signature_algorithms && !question.tls13) {
        return breaks_off("OpenSSL 3 signs nothing in TLS 1.0 and 1.1, unless its security level is 0");
    }
    if (!std::all_of(question.asked.names.begin(), question.asked.names.end(), decodes)) {
        return breaks_off("OpenSSL ends the handshake over an entry of the list that it cannot decode");
    }
    if (has_a_short_key(question.held.leaf)) {
        return not_known("RSA keys below 2048 bits are not loaded at security level 2, the default of Debian and of "
                         "OpenSSL 3.2; at level 1 they are");
    }
    return std::nullopt;
}

/// ssl/t1_lib.c, tls_choose_sigalg.
std::optional<Answer> cannot_sign(const Question& question)
{
    const auto can = can_answer(question, repertoire);
    if (!can) {
        return not_known("what OpenSSL does with this kind of key was not looked at");
    }
    if (!*can) {
        return withholds("the server takes no signature algorithm that this key can use");
    }
    if (!signature_is_welcome(question)) {
        return withholds("signature_algorithms_cert does not have the algorithm that this certificate is signed with");
    }
    return std::nullopt;
}

/// ssl/t1_lib.c, tls1_check_chain: each certificate of the chain is signed with what the server takes (TLS 1.2).
/// RSA-PSS and EdDSA have no combined identifier (sigandhash), so that they never match.
bool chain_is_welcome(const Question& question)
{
    const auto offered = known_of(*question.asked.request.signature_algorithms, repertoire);
    const auto welcome = [&](const x509::Certificate& each) {
        return std::any_of(offered.begin(), offered.end(), [&](wire::SignatureScheme scheme) {
            const bool combined = static_cast<unsigned>(scheme) < 0x0700;
            return combined && is_signed_with(each, scheme);
        });
    };
    return welcome(question.held.leaf) && std::all_of(question.held.chain.begin(), question.held.chain.end(), welcome);
}

/// tls1_check_chain again: only RSA, DSA and EC keys need their type.
bool strict_type_is_asked_for(const Question& question)
{
    const auto key = question.held.leaf.key_type();
    const bool needs_type = key == x509::KeyType::rsa || key == x509::KeyType::ec || key == x509::KeyType::dsa;
    return !needs_type || (!question.tls13 && type_is_asked_for(question));
}

} // namespace

/// The list is not looked at: tls_prepare_client_certificate and ssl3_check_client_certificate (statem_clnt.c) only ask
/// whether the key can sign.
Answer openssl(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (auto refused = cannot_sign(question)) {
        return *refused;
    }
    return offers(1 + question.held.chain.size(), "it sends what it is given and does not look at the list");
}

Answer openssl_strict(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (auto refused = cannot_sign(question)) {
        return *refused;
    }
    if (!strict_type_is_asked_for(question)) {
        return withholds(question.tls13 ? "in TLS 1.3, -strict never sends RSA and EC certificates: it looks for their "
                                          "type in a field that is not there"
                                        : "the server does not ask for this type of key");
    }
    if (!question.tls13 && !chain_is_welcome(question)) {
        return withholds("a certificate of the chain is signed with an algorithm that the server does not take");
    }
    if (auto unlisted = configured_not_listed(question, Compare::openssl,
                                              "-strict compares neither string types nor case nor blanks")) {
        return *unlisted;
    }
    return offers(1 + question.held.chain.size(), "the list, the type of key and the signatures all suit -strict");
}

} // namespace mtls::clients::rules
