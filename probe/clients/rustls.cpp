#include <algorithm>

#include "probe/clients/fitness.hpp"
#include "probe/clients/rules.hpp"

/// rustls 0.23, with_client_auth_cert. Read: rustls/src/client/{common,tls12,tls13}.rs, rustls/src/crypto/signer.rs.
/// Run, where Debian's crates are installed (tests/peers/clients): 0.20.8, with_single_cert, which does the same.
namespace mtls::clients::rules {

namespace {

/// SignatureScheme::supported_in_tls13 of 0.20.8: neither P-521 nor Ed448.
bool knows_in_tls13(wire::SignatureScheme scheme)
{
    return signs_in_tls13(scheme) && scheme != wire::SignatureScheme::ecdsa_secp521r1_sha512;
}

} // namespace

/// The list and certificate_types are not looked at, nor whether they are empty; an ECDSA key has one scheme, in
/// TLS 1.2 as well.
Answer rustls(const Question& question)
{
    const x509::Certificate& leaf = question.held.leaf;
    const auto& offered = question.asked.request.signature_algorithms;
    if (!offered) {
        return breaks_off("rustls does not speak TLS 1.0 and 1.1");
    }
    constexpr int shortest = 2048;
    const bool is_rsa = leaf.key_type() == x509::KeyType::rsa;
    if ((is_rsa && leaf.key_bits() < shortest) ||
        (!has_everyday_key(leaf) && leaf.key_type() != x509::KeyType::ed25519)) {
        return not_known("what rustls does with this kind of key was not looked at");
    }
    const SigningRules rules = is_rsa ? signing_rules(question) : SigningRules::tls13;
    const auto known = known_of(*offered, Repertoire{.ed25519 = true});
    if (question.tls13 && std::none_of(known.begin(), known.end(), knows_in_tls13)) {
        return breaks_off("rustls ends the handshake when it can use none of the signature algorithms");
    }
    if (can_sign_with_any(leaf, known, rules) != true) {
        return withholds("the server takes no signature algorithm that this key can use");
    }
    return offers(1 + question.held.chain.size(), "it sends what it is given and does not look at the list");
}

} // namespace mtls::clients::rules
