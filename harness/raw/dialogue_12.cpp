#include "harness/raw/dialogue_12.hpp"

#include "harness/raw/certificate_message.hpp"
#include "harness/raw/key_schedule.hpp"
#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

using scenario::Point;
using scenario::TlsVersion;

constexpr std::size_t random_size = 32;

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

Dialogue12::Dialogue12(const Script& script, Speech& speech, Seen& seen, const ClientHello& hello, Bytes message)
    : Dialogue{script, speech, seen}, client_random_{hello.random}, random_{random_bytes(random_size)}
{
    const TlsVersion version = *seen.version;
    const std::uint16_t cipher_suite = cipher_suite_for(script.signature, version);
    if (!hello.offers_cipher(cipher_suite) || !hello.offers_group(x25519)) {
        refuse(alert::handshake_failure);
        return;
    }
    speech.note(message);
    say_server_hello(hello, cipher_suite);
    if (speech.silent()) {
        return;
    }
    std::vector<x509::Certificate> chain{script.server->certificate};
    chain.insert(chain.end(), script.server->chain.begin(), script.server->chain.end());
    speech.say(message::certificate, certificate_body(CertificateForm::tls12, chain), Point::within_certificate);
    speech.reach(Point::after_certificate);
    if (speech.silent()) {
        return;
    }
    say_key_exchange();
    speech.say_request(request_body(script.request, version));
    seen.asked = speech.request_end().has_value();
    speech.reach(Point::after_certificate_request);
    speech.say(message::server_hello_done, {});
    speech.reach(Point::after_server_hello_done);
}

void Dialogue12::say_server_hello(const ClientHello& hello, std::uint16_t cipher_suite)
{
    const auto version = static_cast<std::uint16_t>(tls10_number + static_cast<int>(*seen().version));
    speech().set_version(version);
    Buffer extensions;
    if (hello.secure_renegotiation) {
        append(extensions, joined({number(2, extension::renegotiation_info), vector(2, vector(1, {}))}));
    }
    Buffer body = joined({number(2, version), random_, vector(1, {}), number(2, cipher_suite), number(1, 0)});
    if (!extensions.empty()) {
        append(body, vector(2, extensions));
    }
    speech().say(message::server_hello, body);
    speech().reach(Point::after_server_hello);
}

/// RFC 8422 §5.4.
void Dialogue12::say_key_exchange()
{
    constexpr std::size_t named_curve = 3;
    const TlsVersion version = *seen().version;
    const Buffer params = joined({number(1, named_curve), number(2, x25519), vector(1, key_exchange_.share())});
    const Buffer scheme =
        version == TlsVersion::tls12 ? number(2, signature_scheme(script().signature, version)) : Buffer{};
    const Buffer signature =
        sign(script().server->key, script().signature, version, joined({client_random_, random_, params}));
    speech().say(message::server_key_exchange, joined({params, scheme, vector(2, signature)}));
}

void Dialogue12::hear(const Record& record)
{
    if (record.type == content::change_cipher_spec) {
        encrypted_ = true;
    } else if (encrypted_ && incoming_) {
        hear_sealed(record);
    } else if (record.type == content::alert) {
        hear_alert(encrypted_ ? Bytes{} : Bytes{record.content});
    } else if (record.type == content::handshake && encrypted_) {
        end(); // its Finished
    } else if (record.type == content::handshake) {
        messages_.feed(record.content);
        while (const auto heard = messages_.next()) {
            hear_message(*heard);
        }
    }
}

void Dialogue12::hear_message(const Message& heard)
{
    speech().note(heard.whole);
    if (heard.type == message::certificate) {
        seen().answered = true;
        seen().presented = certificates_of(CertificateForm::tls12, heard.body);
    } else if (heard.type == message::client_key_exchange && seen().version == TlsVersion::tls12) {
        const Buffer secret = key_exchange_.secret_with(Cursor{heard.body}.vector(1).rest());
        if (secret.empty()) {
            refuse(alert::handshake_failure);
            return;
        }
        keys_ = key_block(secret, client_random_, random_);
        incoming_.emplace(keys_->client_key, keys_->client_salt);
    }
}

void Dialogue12::hear_sealed(const Record& record)
{
    const auto opened = incoming_->open(record);
    if (!opened) {
        seen().over = true;
    } else if (opened->type == content::alert) {
        hear_alert(opened->content);
    } else if (opened->type == content::application_data) {
        answer();
    } else if (opened->type == content::handshake && !seen().completed) {
        speech().note(opened->content);
        say_finished();
    }
}

void Dialogue12::say_finished()
{
    speech().reach(Point::after_client_certificate);
    if (speech().silent() || !wants_http()) {
        end();
        return;
    }
    const Buffer finished = server_finished_12(keys_->master_secret, hash_of(speech().transcript()));
    speech().say_record(content::change_cipher_spec, number(1, 1));
    speech().protect(RecordProtection12{keys_->server_key, keys_->server_salt});
    speech().say(message::finished, finished);
    seen().completed = true;
}

} // namespace mtls::raw
