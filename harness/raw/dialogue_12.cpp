#include "harness/raw/dialogue_12.hpp"

#include "harness/raw/certificate_message.hpp"
#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

using scenario::Stall;
using scenario::TlsVersion;

/// RFC 8422 §6 and RFC 5289 §3.2.
std::uint16_t cipher_suite_for(SignatureKind kind, TlsVersion version)
{
    constexpr std::uint16_t ecdhe_ecdsa_aes_128_cbc_sha = 0xc009;
    constexpr std::uint16_t ecdhe_rsa_aes_128_cbc_sha = 0xc013;
    constexpr std::uint16_t ecdhe_ecdsa_aes_128_gcm_sha256 = 0xc02b;
    constexpr std::uint16_t ecdhe_rsa_aes_128_gcm_sha256 = 0xc02f;
    if (version < TlsVersion::tls12) {
        return kind == SignatureKind::rsa ? ecdhe_rsa_aes_128_cbc_sha : ecdhe_ecdsa_aes_128_cbc_sha;
    }
    return kind == SignatureKind::rsa ? ecdhe_rsa_aes_128_gcm_sha256 : ecdhe_ecdsa_aes_128_gcm_sha256;
}

} // namespace

Dialogue12::Dialogue12(const Script& script, Speech& speech, Seen& seen, const ClientHello& hello)
    : Dialogue{script, speech, seen}
{
    constexpr std::size_t random_size = 32;
    const TlsVersion version = *seen.version;
    const std::uint16_t cipher_suite = cipher_suite_for(script.signature, version);
    if (!hello.offers_cipher(cipher_suite) || !hello.offers_group(x25519)) {
        refuse(alert::handshake_failure);
        return;
    }
    const Buffer random = random_bytes(random_size);
    say_server_hello(hello, random, cipher_suite);
    if (speech.silent() || script.raw.endless) {
        return;
    }
    std::vector<x509::Certificate> chain{script.server->certificate};
    chain.insert(chain.end(), script.server->chain.begin(), script.server->chain.end());
    speech.say(message::certificate, certificate_body(CertificateForm::tls12, chain));
    say_key_exchange(hello, random);
    seen.asked = true;
    speech.say_request(request_body(script.request, version));
    speech.say(message::server_hello_done, {});
}

void Dialogue12::say_server_hello(const ClientHello& hello, Bytes random, std::uint16_t cipher_suite)
{
    const auto version = static_cast<std::uint16_t>(tls10_number + static_cast<int>(*seen().version));
    speech().set_version(version);
    Buffer extensions;
    if (hello.secure_renegotiation) {
        append(extensions, joined({number(2, extension::renegotiation_info), vector(2, vector(1, {}))}));
    }
    Buffer body = joined({number(2, version), random, vector(1, {}), number(2, cipher_suite), number(1, 0)});
    if (!extensions.empty()) {
        append(body, vector(2, extensions));
    }
    speech().say(message::server_hello, body);
    speech().reach(Stall::after_server_hello);
}

/// RFC 8422 §5.4.
void Dialogue12::say_key_exchange(const ClientHello& hello, Bytes random)
{
    constexpr std::size_t named_curve = 3;
    const TlsVersion version = *seen().version;
    const Buffer params = joined({number(1, named_curve), number(2, x25519), vector(1, key_exchange_.share())});
    const Buffer scheme =
        version == TlsVersion::tls12 ? number(2, signature_scheme(script().signature, version)) : Buffer{};
    const Buffer signature =
        sign(script().server->key, script().signature, version, joined({hello.random, random, params}));
    speech().say(message::server_key_exchange, joined({params, scheme, vector(2, signature)}));
}

void Dialogue12::hear(const Record& record)
{
    if (record.type == content::alert) {
        hear_alert(encrypted_ ? Bytes{} : Bytes{record.content});
    } else if (record.type == content::change_cipher_spec) {
        encrypted_ = true;
    } else if (record.type == content::handshake && encrypted_) {
        end(); // its Finished
    } else if (record.type == content::handshake) {
        messages_.feed(record.content);
        while (const auto heard = messages_.next()) {
            if (heard->type == message::certificate) {
                seen().answered = true;
                seen().presented = certificates_of(CertificateForm::tls12, heard->body);
            }
        }
    }
}

Buffer Dialogue12::more()
{
    constexpr int at_a_time = 1000;
    if (!script().raw.endless || speech().silent() || seen().over) {
        return {};
    }
    for (int count = 0; count < at_a_time; ++count) {
        speech().say(message::hello_request, {});
    }
    speech().forget_transcript();
    return speech().take();
}

} // namespace mtls::raw
