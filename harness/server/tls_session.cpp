#include "harness/server/tls_session.hpp"

#include <array>
#include <limits>

#include <openssl/err.h>

#include "certs/ossl/error.hpp"
#include "harness/server/tls_callbacks.hpp"

namespace mtls::server {
namespace {

using ossl::must;
using ossl::must_succeed;

constexpr std::string_view session_id_context = "mtls-harness";
constexpr std::size_t longest_client_chain = std::size_t{1024} * 1024;

} // namespace

ossl::SslCtxPtr new_server_context()
{
    ossl::SslCtxPtr owner{must(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")};
    SSL_CTX* context = owner.get();
    SSL_CTX_set_security_level(context, 0);
    must_succeed(SSL_CTX_set_min_proto_version(context, TLS1_VERSION), "SSL_CTX_set_min_proto_version");
    must_succeed(SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0"), "SSL_CTX_set_cipher_list");
    // Nobody resumes, so that every connection is asked, and every late request leads to a Certificate message.
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    must_succeed(SSL_CTX_set_session_id_context(context,
                                                reinterpret_cast<const unsigned char*>(session_id_context.data()),
                                                static_cast<unsigned int>(session_id_context.size())),
                 "SSL_CTX_set_session_id_context");
    SSL_CTX_set_max_cert_list(context, longest_client_chain);
    SSL_CTX_set_client_hello_cb(context, TlsCallbacks::client_hello, nullptr);
    SSL_CTX_set_cert_verify_callback(context, TlsCallbacks::verify, nullptr);
    SSL_CTX_set_alpn_select_cb(context, TlsCallbacks::select_alpn, nullptr);
    return owner;
}

TlsSession::TlsSession(SSL_CTX* base, ChooseSite choose)
    : choose_{std::move(choose)}, ssl_{must(SSL_new(base), "SSL_new")}
{
    ossl::BioPtr input{must(BIO_new(BIO_s_mem()), "BIO_new")};
    ossl::BioPtr output{must(BIO_new(BIO_s_mem()), "BIO_new")};
    BIO_set_mem_eof_return(input.get(), -1); // empty means "later", not "end"
    input_ = input.release();
    output_ = output.release();
    SSL_set_bio(ssl_.get(), input_, output_);
    SSL_set_accept_state(ssl_.get());
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_msg_callback(ssl_.get(), TlsCallbacks::message);
}

void TlsSession::feed(std::string_view received)
{
    must_succeed(BIO_write(input_, received.data(), static_cast<int>(received.size())), "BIO_write");
}

std::string TlsSession::take_output()
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(output_, &data);
    std::string output{data, static_cast<std::size_t>(size)};
    discard_output();
    return output;
}

void TlsSession::discard_output()
{
    (void)BIO_reset(output_);
}

void TlsSession::replace_output_with_alert(std::uint8_t code)
{
    // RFC 5246 §6.2.1, §7.2: content type, version, length; level, description.
    const int version = SSL_version(ssl_.get());
    const std::array<std::uint8_t, 7> record{SSL3_RT_ALERT,
                                             static_cast<std::uint8_t>(version >> 8U),
                                             static_cast<std::uint8_t>(version & 0xffU),
                                             0,
                                             2,
                                             SSL3_AL_FATAL,
                                             code};
    discard_output();
    must_succeed(BIO_write(output_, record.data(), static_cast<int>(record.size())), "BIO_write");
    alert_sent_ = code;
}

TlsSession::Status TlsSession::status_of(int result)
{
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
        return Status::done;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return Status::want_input;
    case SSL_ERROR_ZERO_RETURN:
        return Status::closed;
    default:
        error_ = ossl::drain_errors();
        return Status::failed;
    }
}

TlsSession::Status TlsSession::handshake()
{
    ERR_clear_error();
    const Status status = status_of(SSL_accept(ssl_.get()));
    completed_ = status == Status::done;
    return status;
}

TlsSession::Status TlsSession::read(std::string& data)
{
    bool some = !early_.empty();
    data += early_;
    early_.clear();
    std::array<char, 16384> buffer{};
    for (;;) {
        ERR_clear_error();
        std::size_t size = 0;
        const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size);
        if (result <= 0) {
            const Status status = status_of(result);
            return some && status == Status::want_input ? Status::done : status;
        }
        data.append(buffer.data(), size);
        some = true;
    }
}

void TlsSession::write(std::string_view data)
{
    ERR_clear_error();
    std::size_t written = 0;
    must_succeed(SSL_write_ex(ssl_.get(), data.data(), data.size(), &written), "SSL_write");
}

void TlsSession::close_notify()
{
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

bool TlsSession::is_tls13() const
{
    return SSL_version(ssl_.get()) == TLS1_3_VERSION;
}

TlsSession::Status TlsSession::ask_late()
{
    ERR_clear_error();
    late_ = true;
    late_finished_ = false;
    SSL_set_verify(ssl_.get(), site_->verify_mode() | (is_tls13() ? SSL_VERIFY_POST_HANDSHAKE : 0), nullptr);
    const int started = is_tls13() ? SSL_verify_client_post_handshake(ssl_.get()) : SSL_renegotiate(ssl_.get());
    return status_of(started == 1 ? SSL_do_handshake(ssl_.get()) : started);
}

TlsSession::Status TlsSession::late_handshake()
{
    std::string meanwhile;
    Status status = read(meanwhile);
    early_ = std::move(meanwhile);
    if (status == Status::closed || status == Status::failed) {
        return status;
    }
    if (!late_finished_) {
        return Status::want_input;
    }
    late_ = false;
    return Status::done;
}

std::optional<scenario::TlsVersion> TlsSession::version() const
{
    // Before a cipher suite is chosen there is only what the client wished for.
    const bool chosen = SSL_get_pending_cipher(ssl_.get()) != nullptr || SSL_get_current_cipher(ssl_.get()) != nullptr;
    const int version = SSL_version(ssl_.get());
    if (site_ == nullptr || !chosen || version < TLS1_VERSION || version > TLS1_3_VERSION) {
        return std::nullopt;
    }
    return static_cast<scenario::TlsVersion>(version - TLS1_VERSION);
}

std::string TlsSession::alpn() const
{
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return name == nullptr ? "" : std::string{reinterpret_cast<const char*>(name), size};
}

} // namespace mtls::server
