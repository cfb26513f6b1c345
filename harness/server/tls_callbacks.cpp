#include "harness/server/tls_callbacks.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <openssl/tls1.h>
#include <openssl/x509_vfy.h>

#include "harness/server/tls_session.hpp"

namespace mtls::server {
namespace {

TlsSession& session_of(SSL* ssl)
{
    return *static_cast<TlsSession*>(SSL_get_app_data(ssl));
}

/// RFC 6066 §3: a list of names, of which only host_name (0) exists. Null if the extension is absent or broken.
std::optional<std::string> server_name(SSL* ssl)
{
    const unsigned char* data = nullptr;
    std::size_t size = 0;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &size) != 1 || size < 5 || data[2] != 0) {
        return std::nullopt;
    }
    const std::size_t length = std::size_t{data[3]} << 8U | data[4];
    if (length + 5 > size) {
        return std::nullopt;
    }
    return std::string{reinterpret_cast<const char*>(data) + 5, length};
}

int version_number(scenario::TlsVersion version)
{
    return TLS1_VERSION + static_cast<int>(version);
}

std::uint64_t switched_off(const std::vector<scenario::TlsVersion>& versions)
{
    using enum scenario::TlsVersion;
    constexpr std::array<std::pair<scenario::TlsVersion, std::uint64_t>, 4> switches{
        {{tls10, SSL_OP_NO_TLSv1}, {tls11, SSL_OP_NO_TLSv1_1}, {tls12, SSL_OP_NO_TLSv1_2}, {tls13, SSL_OP_NO_TLSv1_3}}};
    std::uint64_t options = 0;
    for (const auto& [version, option] : switches) {
        if (std::ranges::find(versions, version) == versions.end()) {
            options |= option;
        }
    }
    return options;
}

/// RFC 8446 §4.2.6, RFC 5246 §7.4: handshake message numbers.
constexpr int certificate_request = 13;
constexpr int finished = 20;

} // namespace

int TlsCallbacks::client_hello(SSL* ssl, int* alert, void*) noexcept
{
    TlsSession& session = session_of(ssl);
    if (session.site_ != nullptr) {
        return SSL_CLIENT_HELLO_SUCCESS; // renegotiation: the name was settled
    }
    session.sni_ = server_name(ssl);
    session.site_ = session.choose_(session.sni_);
    const Site* site = session.site_;
    if (site == nullptr) {
        session.unserved_ = true;
        *alert = SSL_AD_UNRECOGNIZED_NAME;
        return SSL_CLIENT_HELLO_ERROR;
    }
    const unsigned char* data = nullptr;
    std::size_t size = 0;
    session.offers_post_handshake_ = SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_post_handshake_auth, &data, &size) == 1;

    const TlsSettings& settings = site->tls();
    SSL_set_SSL_CTX(ssl, site->context());
    SSL_set_options(ssl, switched_off(settings.versions));
    SSL_set_min_proto_version(ssl, version_number(settings.versions.front()));
    SSL_set_max_proto_version(ssl, version_number(settings.versions.back()));
    if (settings.verify_depth) {
        SSL_set_verify_depth(ssl, *settings.verify_depth);
    }
    SSL_set_verify(ssl, settings.asks_in_handshake ? site->verify_mode() : SSL_VERIFY_NONE, nullptr);
    return SSL_CLIENT_HELLO_SUCCESS;
}

int TlsCallbacks::verify(X509_STORE_CTX* store, void*) noexcept
{
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    TlsSession& session = session_of(ssl);
    Presented& presented = session.presented_;
    presented.chain.clear();
    const STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(store);
    for (int index = 0; index < sk_X509_num(sent); ++index) {
        X509* certificate = sk_X509_value(sent, index);
        X509_up_ref(certificate);
        presented.chain.emplace_back(ossl::X509Ptr{certificate});
    }

    const TlsSettings& settings = session.site_->tls();
    if (settings.verification == Verification::none) {
        return 1;
    }
    X509_verify_cert(store);
    presented.verify_error = settings.forced_error.value_or(X509_STORE_CTX_get_error(store));
    X509_STORE_CTX_set_error(store, presented.verify_error);
    return settings.verification == Verification::note || presented.verify_error == X509_V_OK ? 1 : 0;
}

int TlsCallbacks::select_alpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                              unsigned int in_length, void*) noexcept
{
    constexpr std::string_view http11{"\x08http/1.1", 9};
    unsigned char* chosen = nullptr;
    const int found = SSL_select_next_proto(&chosen, out_length, reinterpret_cast<const unsigned char*>(http11.data()),
                                            static_cast<unsigned int>(http11.size()), in, in_length);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void TlsCallbacks::message(int sent, int, int content_type, const void* bytes, std::size_t size, SSL* ssl,
                           void*) noexcept
{
    TlsSession& session = session_of(ssl);
    const auto* data = static_cast<const unsigned char*>(bytes);
    if (content_type == SSL3_RT_ALERT && size == 2) {
        (sent != 0 ? session.alert_sent_ : session.alert_received_) = data[1];
    }
    if (content_type != SSL3_RT_HANDSHAKE || size == 0) {
        return;
    }
    if (sent != 0 && data[0] == certificate_request) {
        session.requests_sent_.push_back(!session.completed_                  ? Stage::handshake
                                         : SSL_version(ssl) == TLS1_3_VERSION ? Stage::post_handshake
                                                                              : Stage::renegotiation);
    }
    // A renegotiation ends with our Finished, a post-handshake authentication with the client's.
    if (session.late_ && data[0] == finished && (sent != 0) != (SSL_version(ssl) == TLS1_3_VERSION)) {
        session.late_finished_ = true;
    }
}

} // namespace mtls::server
