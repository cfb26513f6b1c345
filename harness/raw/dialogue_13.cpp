#include "harness/raw/dialogue_13.hpp"

#include "harness/raw/certificate_message.hpp"
#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

using scenario::Point;

constexpr std::uint16_t aes_128_gcm_sha256 = 0x1301;

/// RFC 8446 §4.1.3: "For reasons of backward compatibility with middleboxes [...] the HelloRetryRequest message uses
/// the same structure as the ServerHello, but with Random set to the special value of the SHA-256 of
/// "HelloRetryRequest"".
Buffer retry_random()
{
    return hash_of(bytes_of("HelloRetryRequest"));
}

Buffer server_hello_body(const ClientHello& hello, Bytes random, Bytes key_share)
{
    const Buffer version = joined({number(2, extension::supported_versions), vector(2, number(2, tls13_number))});
    const Buffer share = joined({number(2, extension::key_share), vector(2, key_share)});
    return joined({number(2, tls12_number), random, vector(1, hello.session_id), number(2, aes_128_gcm_sha256),
                   number(1, 0), vector(2, joined({version, share}))});
}

/// RFC 8446 §4.4.3.
Buffer signed_content(Bytes transcript_hash)
{
    constexpr std::size_t padding = 64;
    return joined(
        {Buffer(padding, 0x20), bytes_of("TLS 1.3, server CertificateVerify"), number(1, 0), transcript_hash});
}

} // namespace

Dialogue13::Dialogue13(const Script& script, Speech& speech, Seen& seen, const ClientHello& hello, Bytes message)
    : Dialogue{script, speech, seen}
{
    begin(hello, message);
}

void Dialogue13::begin(const ClientHello& hello, Bytes message)
{
    const bool possible = hello.offers_cipher(aes_128_gcm_sha256) && hello.offers_group(x25519);
    if (possible && hello.x25519_share) {
        speech().note(message);
        say_flight(hello);
    } else if (possible && !retried_) {
        ask_for_share(hello, message);
    } else {
        refuse(alert::handshake_failure);
    }
}

/// RFC 8446 §4.1.4; in §4.4.1 the first ClientHello shrinks to its hash.
void Dialogue13::ask_for_share(const ClientHello& hello, Bytes message)
{
    retried_ = true;
    speech().note(joined({number(1, message::message_hash), vector(3, hash_of(message))}));
    speech().say(message::server_hello, server_hello_body(hello, retry_random(), number(2, x25519)));
}

void Dialogue13::say_server_hello(const ClientHello& hello)
{
    constexpr std::size_t random_size = 32;
    const Buffer share = joined({number(2, x25519), vector(2, key_exchange_.share())});
    speech().say(message::server_hello, server_hello_body(hello, random_bytes(random_size), share));
    if (!hello.session_id.empty()) {
        speech().say_record(content::change_cipher_spec, number(1, 1)); // RFC 8446 appendix D.4
    }
    speech().reach(Point::after_server_hello);
}

void Dialogue13::say_flight(const ClientHello& hello)
{
    const Buffer secret = key_exchange_.secret_with(*hello.x25519_share);
    if (secret.empty()) {
        refuse(alert::handshake_failure);
        return;
    }
    say_server_hello(hello);
    const KeySchedule keys{secret};
    handshake_ = keys.handshake(hash_of(speech().transcript()));
    incoming_.emplace(handshake_.client);
    if (speech().silent()) {
        return;
    }
    speech().protect(handshake_.server);
    speech().say(message::encrypted_extensions, vector(2, {}));
    speech().reach(Point::after_encrypted_extensions);
    speech().say_request(request_body(script().request, scenario::TlsVersion::tls13));
    seen().asked = speech().request_end().has_value();
    speech().reach(Point::after_certificate_request);
    std::vector<x509::Certificate> chain{script().server->certificate};
    chain.insert(chain.end(), script().server->chain.begin(), script().server->chain.end());
    speech().say(message::certificate, certificate_body(CertificateForm::tls13, chain), Point::within_certificate);
    speech().reach(Point::after_certificate);
    const Buffer signature = sign(script().server->key, script().signature, scenario::TlsVersion::tls13,
                                  signed_content(hash_of(speech().transcript())));
    const auto scheme = signature_scheme(script().signature, scenario::TlsVersion::tls13);
    speech().say(message::certificate_verify, joined({number(2, scheme), vector(2, signature)}));
    speech().reach(Point::before_finished);
    speech().say(message::finished, finished_of(handshake_.server, hash_of(speech().transcript())));
    application_ = keys.application(hash_of(speech().transcript()));
    speech().reach(Point::after_server_hello_done);
}

void Dialogue13::hear(const Record& record)
{
    if (record.type == content::change_cipher_spec) {
        return;
    }
    if (record.type != content::application_data || !incoming_) {
        hear_plain(record);
        return;
    }
    const auto opened = incoming_->open(record.content);
    if (!opened) {
        seen().over = true;
    } else if (opened->type == content::alert) {
        hear_alert(opened->content);
    } else if (opened->type == content::application_data) {
        answer();
    } else if (opened->type == content::handshake) {
        messages_.feed(opened->content);
        while (const auto heard = messages_.next()) {
            hear_message(*heard);
        }
    }
}

/// An alert of a client that has no keys (yet), or its second ClientHello.
void Dialogue13::hear_plain(const Record& record)
{
    if (record.type == content::alert) {
        hear_alert(record.content);
    } else if (record.type == content::handshake && retried_ && !incoming_) {
        messages_.feed(record.content);
        const auto heard = messages_.next();
        if (!heard) {
            return;
        }
        const auto hello = heard->type == message::client_hello ? parse_client_hello(heard->body) : std::nullopt;
        if (hello) {
            begin(*hello, heard->whole);
        } else {
            refuse(alert::decode_error);
        }
    }
}

void Dialogue13::hear_message(const Message& heard)
{
    if (heard.type == message::certificate) {
        seen().answered = true;
        seen().presented = certificates_of(CertificateForm::tls13, heard.body);
    } else if (heard.type == message::finished) {
        seen().completed = heard.body == finished_of(handshake_.client, hash_of(speech().transcript()));
        if (!speech().silent()) { // what has no end goes on under the keys that it began with
            speech().protect(application_.server);
        }
        incoming_.emplace(application_.client);
        speech().reach(Point::after_client_certificate);
        seen().over = !speech().silent() && !wants_http();
    }
    speech().note(heard.whole);
}

} // namespace mtls::raw
