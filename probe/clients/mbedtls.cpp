#include "probe/clients/fitness.hpp"
#include "probe/clients/rules.hpp"

/// Mbed TLS, mbedtls_ssl_conf_own_cert. Run: 2.28.3, which has TLS 1.2; TLS 1.3 of later versions was read.
namespace mtls::clients::rules {

/// library/ssl_tls12_client.c, ssl_parse_certificate_request: all the information is ignored, as a comment says. In TLS
/// 1.3 the CertificateVerify after it fails if no algorithm fits (ssl_tls13_generic.c).
Answer mbedtls(const Question& question)
{
    if (oddity_of(question.asked) == Oddity::empty_list_extension) {
        return not_known("what Mbed TLS does with a list extension without names was not looked at");
    }
    const auto key = question.held.leaf.key_type();
    if (key == x509::KeyType::ed25519 || key == x509::KeyType::ed448) {
        return cannot_start("Mbed TLS cannot read this kind of key");
    }
    if (!has_everyday_key(question.held.leaf)) {
        return not_known("what Mbed TLS does with this kind of key was not looked at");
    }
    const std::size_t certificates = 1 + question.held.chain.size();
    if (question.tls13 && can_answer(question, {}) != true) {
        return offers_then_breaks_off(certificates, "it sends what it is given, and then the server takes no signature "
                                                    "algorithm that this key can use");
    }
    return offers(certificates, "it sends what it is given and looks at nothing in the request");
}

} // namespace mtls::clients::rules
