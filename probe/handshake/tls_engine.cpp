#include "probe/handshake/tls_engine.hpp"

#include <algorithm>
#include <array>

#include <openssl/err.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/config_error.hpp"
#include "probe/handshake/present.hpp"

namespace mtls::handshake {

using observation::Direction;
using observation::Side;
using wire::ProtocolVersion;

namespace {

/// Exactly the versions that are offered: between the lowest and the highest there may be some that are not.
void offer(SSL* ssl, const std::vector<ProtocolVersion>& versions)
{
    constexpr std::pair<ProtocolVersion, std::uint64_t> switches[] = {{ProtocolVersion::tls11, SSL_OP_NO_TLSv1_1},
                                                                      {ProtocolVersion::tls12, SSL_OP_NO_TLSv1_2}};
    const auto [lowest, highest] = std::minmax_element(versions.begin(), versions.end());
    if (lowest == versions.end()) {
        return;
    }
    ossl::must_succeed(SSL_set_min_proto_version(ssl, static_cast<int>(*lowest)), "set the lowest TLS version");
    ossl::must_succeed(SSL_set_max_proto_version(ssl, static_cast<int>(*highest)), "set the highest TLS version");
    for (const auto& [version, off] : switches) {
        if (std::find(versions.begin(), versions.end(), version) == versions.end()) {
            SSL_set_options(ssl, off);
        }
    }
}

/// RFC 7301 §3.1: each name with its length in front.
std::vector<std::uint8_t> alpn_list(const std::vector<std::string>& protocols)
{
    std::vector<std::uint8_t> list;
    for (const std::string& protocol : protocols) {
        list.push_back(static_cast<std::uint8_t>(protocol.size()));
        list.insert(list.end(), protocol.begin(), protocol.end());
    }
    return list;
}

} // namespace

TlsEngine::TlsEngine(const ClientContext& context, const Question& question, observation::Observation& seen, Tap& tap)
    : ssl_{ossl::must(SSL_new(context.get()), "SSL_new")}, seen_{seen}, tap_{tap}
{
    SSL* ssl = ssl_.get();
    incoming_ = ossl::must(BIO_new(BIO_s_mem()), "BIO_new");
    outgoing_ = ossl::must(BIO_new(BIO_s_mem()), "BIO_new");
    SSL_set_bio(ssl, incoming_, outgoing_);
    SSL_set_connect_state(ssl);

    offer(ssl, question.variant.tls_offered);
    if (question.variant.sni) {
        ossl::must_succeed(static_cast<int>(SSL_set_tlsext_host_name(ssl, question.variant.sni->c_str())), "set SNI");
    }
    if (!question.alpn.empty()) {
        const auto list = alpn_list(question.alpn);
        if (SSL_set_alpn_protos(ssl, list.data(), static_cast<unsigned>(list.size())) != 0) { // 0 is success here
            throw ossl::Error{"set ALPN"};
        }
    }
    if (question.credential != nullptr) {
        present(ssl, *question.credential);
    }
    SSL_set_msg_callback(ssl, hear);
    SSL_set_msg_callback_arg(ssl, this);
}

ProtocolVersion TlsEngine::version() const
{
    // Until the server has chosen, an alert is judged by its level, as before TLS 1.3.
    return server_hello_ ? static_cast<ProtocolVersion>(SSL_version(ssl_.get())) : ProtocolVersion::tls12;
}

void TlsEngine::hear(int written, int /*version*/, int content, const void* bytes, std::size_t size, SSL* /*ssl*/,
                     void* self)
{
    auto& engine = *static_cast<TlsEngine*>(self);
    const std::span heard{static_cast<const std::uint8_t*>(bytes), size};
    const bool ours = written != 0;
    if (content == SSL3_RT_ALERT) {
        engine.tap_.alert(ours ? Direction::sent : Direction::received, engine.version(), heard);
        return;
    }
    if (content != SSL3_RT_HANDSHAKE || heard.empty()) {
        return;
    }
    // The version is settled when the message *after* ServerHello arrives; ServerHello itself does not need it.
    engine.tap_.message(ours ? Side::client : Side::server, engine.version(), heard);
    if (!ours && heard[0] == SSL3_MT_SERVER_HELLO) {
        engine.server_hello_ = true;
    }
}

TlsEngine::Step TlsEngine::outcome_of(int result)
{
    if (tap_.flooded()) {
        failure_ = "an endless handshake: more messages than any honest connection has";
        ERR_clear_error();
        return Step::failed;
    }
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
        return Step::done;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return Step::want_more;
    case SSL_ERROR_ZERO_RETURN:
        return Step::ended;
    default:
        break;
    }
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    failure_ = reason == nullptr ? "the TLS library gave up" : reason;
    ERR_clear_error();
    return Step::failed;
}

TlsEngine::Step TlsEngine::handshake()
{
    ERR_clear_error();
    const Step step = outcome_of(SSL_do_handshake(ssl_.get()));
    describe_negotiated();
    if (step == Step::done) {
        tap_.handshake_completed();
        // A renegotiation that resumes this session would skip the CertificateRequest: make it unfit for that.
        SSL_CTX_remove_session(SSL_get_SSL_CTX(ssl_.get()), SSL_get_session(ssl_.get()));
    }
    return step;
}

TlsEngine::Step TlsEngine::read(std::string& into)
{
    ERR_clear_error();
    std::array<char, 16UL * 1024> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the read
    const int result = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (result > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(result));
        return Step::done;
    }
    return outcome_of(result);
}

TlsEngine::Step TlsEngine::write(std::string_view text)
{
    ERR_clear_error();
    return outcome_of(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())));
}

void TlsEngine::close()
{
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

void TlsEngine::feed(std::span<const std::uint8_t> from_server)
{
    BIO_write(incoming_, from_server.data(), static_cast<int>(from_server.size()));
}

std::vector<std::uint8_t> TlsEngine::take_output()
{
    std::vector<std::uint8_t> bytes(BIO_ctrl_pending(outgoing_));
    if (!bytes.empty()) {
        BIO_read(outgoing_, bytes.data(), static_cast<int>(bytes.size()));
    }
    return bytes;
}

void TlsEngine::describe_negotiated()
{
    if (!server_hello_ || seen_.negotiated) {
        return;
    }
    SSL* ssl = ssl_.get();
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    if (cipher == nullptr) {
        cipher = SSL_get_pending_cipher(ssl);
    }
    if (cipher == nullptr) {
        return; // ServerHello was refused before its cipher suite was taken
    }
    observation::Negotiated negotiated;
    negotiated.version = static_cast<ProtocolVersion>(SSL_version(ssl));
    const char* standard = SSL_CIPHER_standard_name(cipher);
    negotiated.cipher = standard != nullptr ? standard : SSL_CIPHER_get_name(cipher);
    const long group = SSL_get_negotiated_group(ssl);
    const char* group_name = group > 0 ? SSL_group_to_name(ssl, static_cast<int>(group)) : nullptr;
    if (group_name != nullptr) {
        negotiated.group = group_name;
    }
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &protocol, &size);
    if (size > 0) {
        negotiated.alpn = x509::printable({reinterpret_cast<const char*>(protocol), size});
    }
    seen_.negotiated = std::move(negotiated);
}

} // namespace mtls::handshake
