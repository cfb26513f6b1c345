#include <algorithm>
#include <array>

#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// GnuTLS. Read in 3.7.9 and run: gnutls-cli, wget 1.21.3, and a program that uses the library without a callback.
namespace mtls::clients::rules {

namespace {

constexpr Repertoire repertoire{.sha1 = true, .sha224 = false, .ed25519 = true, .ed448 = true, .pss_keys = true};

/// lib/auth/cert.c, _gnutls_proc_cert_cert_req: a certificate type that it knows must be there.
bool knows_a_type(const Question& question)
{
    using wire::ClientCertificateType;
    static constexpr std::array known{ClientCertificateType::rsa_sign, ClientCertificateType::dss_sign,
                                      ClientCertificateType::ecdsa_sign, ClientCertificateType::gost_sign256,
                                      ClientCertificateType::gost_sign512};
    const auto& types = question.asked.request.certificate_types;
    return question.tls13 || (types && std::any_of(types->begin(), types->end(), [](ClientCertificateType type) {
                                  return std::find(known.begin(), known.end(), type) != known.end();
                              }));
}

/// lib/tls13/certificate_request.c: in TLS 1.3 the kinds of keys are read off the signature algorithms, and there
/// rsa_pss_rsae_* stands for RSA-PSS keys, so that only rsa_pkcs1_* lets an RSA key in. Seen in wget (3.7.9).
bool algorithms_name_rsa_keys(const Question& question)
{
    using enum wire::SignatureScheme;
    static constexpr std::array plain{rsa_pkcs1_sha1, rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512};
    const auto& offered = question.asked.request.signature_algorithms;
    return offered && std::any_of(offered->begin(), offered->end(), [](wire::SignatureScheme scheme) {
               return std::find(plain.begin(), plain.end(), scheme) != plain.end();
           });
}

/// Under the same name: none of the types stands for EdDSA keys.
bool type_goes_with_the_key(const Question& question)
{
    const auto key = question.held.leaf.key_type();
    if (question.tls13 && key == x509::KeyType::rsa) {
        return algorithms_name_rsa_keys(question);
    }
    const bool edwards = key == x509::KeyType::ed25519 || key == x509::KeyType::ed448;
    return type_is_asked_for(question) && (question.tls13 || !edwards);
}

/// What ends the handshake whatever is configured; null if nothing does.
std::optional<Answer> obstacle(const Question& question)
{
    if (oddity_of(question.asked) == Oddity::empty_list_extension) {
        return breaks_off("GnuTLS ends the handshake over a certificate_authorities extension without names");
    }
    if (!knows_a_type(question)) {
        return breaks_off("GnuTLS ends the handshake when it knows none of the certificate types");
    }
    return std::nullopt;
}

/// The algorithm is looked for after the choice: in TLS 1.2 that fails the handshake, in TLS 1.3 the choice is undone
/// (lib/tls13/certificate_request.c).
Answer after_the_choice(const Question& question, const char* reason)
{
    const auto can = can_answer(question, repertoire);
    if (!can) {
        return not_known("what GnuTLS does with this kind of key was not looked at");
    }
    if (!*can) {
        const char* why = "the server takes no signature algorithm that this key can use";
        return question.tls13 ? withholds(why) : breaks_off(why);
    }
    return offers(1 + question.held.chain.size(), reason);
}

constexpr const char* no_digital_signature = "its key usage has no digitalSignature";

} // namespace

/// lib/auth/cert.c, find_x509_client_cert and cert_get_issuer_dn. With two certificates or more and an empty list it
/// would send none.
Answer gnutls(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (!question.held.leaf.allows_digital_signature()) {
        // lib/auth.c: TLS 1.3 is given up before the handshake; in TLS 1.2 it is passed over, unless nobody is named.
        return question.tls13 || question.no_list() ? breaks_off(no_digital_signature)
                                                    : withholds(no_digital_signature);
    }
    if (auto unlisted = configured_not_listed(question, Compare::bytes, "GnuTLS compares bytes")) {
        return *unlisted;
    }
    if (!question.no_list() && !type_goes_with_the_key(question)) {
        return withholds("the server does not ask for this type of key, which GnuTLS minds when there is a list");
    }
    return after_the_choice(question, question.no_list() ? "the server names nobody, and it is the only certificate"
                                                         : "an issuer of the configured chain is in the list");
}

Answer gnutls_force(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (!question.held.leaf.allows_digital_signature()) {
        return breaks_off(no_digital_signature);
    }
    return after_the_choice(question,
                            "with GNUTLS_FORCE_CLIENT_CERT the only certificate is sent whatever the list says");
}

/// src/cli.c, cert_callback.
Answer gnutls_callback(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (!question.tls13 && !question.held.leaf.allows_digital_signature()) {
        return breaks_off(no_digital_signature);
    }
    return after_the_choice(question, "its callback always answers with the certificate");
}

} // namespace mtls::clients::rules
