#include <algorithm>
#include <array>

#include "probe/clients/client.hpp"

namespace mtls::clients {

namespace {

constexpr auto observed = Basis::observed;
constexpr auto documentation = Basis::documentation;
constexpr auto everyday = Use::everyday;
constexpr auto special = Use::special;

/// Late requests. Where nothing is said, it was not looked at, or it is not documented.
constexpr LateManner answers{.kind = Late::answered, .note = ""};
constexpr LateManner is_not_asked{.kind = Late::not_asked, .note = ""};
constexpr LateManner open{};

/// RFC 8446 §4.2.6 needs the client's offer, which OpenSSL makes only if SSL_CTX_set_post_handshake_auth() was called.
constexpr LateManners as_openssl{.renegotiation = answers, .post_handshake = is_not_asked};
constexpr LateManners as_s_client{.renegotiation = answers,
                                  .post_handshake = {Late::not_asked, "s_client -enable_pha would offer it"}};

/// Lib/ssl.py leaves SSLContext.post_handshake_auth off; urllib3 and http.client with a context of its own set it.
constexpr LateManners as_python{
    .renegotiation = answers,
    .post_handshake = {Late::up_to_the_program,
                       "Python offers post-handshake authentication only where post_handshake_auth is set, as "
                       "requests does and ssl by itself does not"}};

/// gnutls_record_recv() returns GNUTLS_E_REHANDSHAKE; gnutls_init() takes GNUTLS_POST_HANDSHAKE_AUTH.
constexpr LateManners as_libgnutls{
    .renegotiation = {Late::up_to_the_program, "libgnutls leaves it to the program whether to renegotiate"},
    .post_handshake = {Late::not_asked, "with GNUTLS_POST_HANDSHAKE_AUTH the program would be"}};

/// src/cli.c: it begins a handshake when it is asked to.
constexpr LateManners as_gnutls_cli{
    .renegotiation = answers, .post_handshake = {Late::not_asked, "gnutls-cli --post-handshake-auth would offer it"}};

/// lib/ssl/sslsock.c: SSL_ENABLE_POST_HANDSHAKE_AUTH is off; tstclnt -E sets it, and Firefox by a preference.
constexpr LateManners as_nss{.renegotiation = answers,
                             .post_handshake = {Late::not_asked, "SSL_ENABLE_POST_HANDSHAKE_AUTH would offer it"}};
constexpr LateManners as_firefox{
    .renegotiation = answers,
    .post_handshake = {Late::not_asked, "security.tls.enable_post_handshake_auth would offer it"}};

/// BoringSSL has no post-handshake authentication, and renegotiates only where SSL_set_renegotiate_mode() allows it;
/// Chromium does for HTTP/1.1 (net/http, renego_allowed_for_protos).
constexpr LateManners as_chromium{.renegotiation = answers, .post_handshake = is_not_asked};
constexpr LateManners as_boringssl{.renegotiation = {Late::not_asked, "SSL_set_renegotiate_mode would allow it"},
                                   .post_handshake = is_not_asked};

/// Config.Renegotiation is RenegotiateNever unless it is set: alert no_renegotiation, and the connection is over.
constexpr LateManners as_go{.renegotiation = {Late::not_asked, "Config.Renegotiation would allow it"},
                            .post_handshake = is_not_asked};

/// JSSE renegotiates when the server wishes it; JEP 332 left post-handshake authentication out.
constexpr LateManners as_java{.renegotiation = answers, .post_handshake = is_not_asked};

/// SslClientAuthenticationOptions.AllowRenegotiation is true by default. On Linux, Interop.OpenSsl.cs offers
/// post-handshake authentication if there are ClientCertificates.
constexpr LateManners as_sslstream{.renegotiation = answers, .post_handshake = open};
constexpr LateManners as_sslstream_linux{.renegotiation = answers, .post_handshake = answers};

/// lib/vtls/schannel.c goes through the handshake again after SEC_I_RENEGOTIATE.
constexpr LateManners as_curl_schannel{.renegotiation = answers, .post_handshake = open};

/// rustls has neither; HelloRequest is answered with no_renegotiation.
constexpr LateManners as_rustls{.renegotiation = is_not_asked, .post_handshake = is_not_asked};

/// MBEDTLS_SSL_RENEGOTIATION_DISABLED is the default; what later versions do in TLS 1.3 was not looked at.
constexpr LateManners as_mbedtls{.renegotiation = {Late::not_asked, "mbedtls_ssl_conf_renegotiation would allow it"},
                                 .post_handshake = open};

/// Each needs a call: wolfSSL_UseSecureRenegotiation, wolfSSL_allow_post_handshake_auth.
constexpr LateManners as_wolfssl{
    .renegotiation = {Late::not_asked, "wolfSSL_UseSecureRenegotiation would allow it"},
    .post_handshake = {Late::not_asked, "wolfSSL_allow_post_handshake_auth would offer it"}};

/// One row a client.
constexpr std::array table{
    Client{"openssl", "s_client and programs that load one certificate into OpenSSL 3", observed, everyday,
           rules::openssl, as_s_client},
    Client{"openssl-strict", "openssl s_client -strict (SSL_CERT_FLAG_TLS_STRICT)", observed, special,
           rules::openssl_strict, as_s_client},
    Client{"curl", "curl with OpenSSL: --cert", observed, everyday, rules::openssl, LateManners{answers, answers}},
    Client{"python", "Python ssl, requests, httpx: load_cert_chain", observed, everyday, rules::openssl, as_python},
    Client{"nodejs", "Node.js: cert and key of tls and https", observed, everyday, rules::openssl, as_openssl},
    Client{"nginx", "nginx as a client: proxy_ssl_certificate", observed, everyday, rules::openssl, as_openssl},
    Client{"gnutls", "libgnutls with one certificate and no callback", observed, everyday, rules::gnutls, as_libgnutls},
    Client{"gnutls-force", "libgnutls with GNUTLS_FORCE_CLIENT_CERT", observed, special, rules::gnutls_force,
           as_libgnutls},
    Client{"gnutls-cli", "gnutls-cli, and programs whose callback always answers", observed, special,
           rules::gnutls_callback, as_gnutls_cli},
    Client{"wget", "Wget with GnuTLS (Debian): --certificate", observed, everyday, rules::gnutls,
           LateManners{answers, answers}},
    Client{"nss", "NSS 3.77 and later, the certificate is left to it", observed, everyday, rules::nss, as_nss},
    Client{"nss-nickname", "NSS with a certificate named: tstclnt -n", observed, special, rules::nss_nickname, as_nss},
    Client{"nss-3.76", "NSS before 3.77, the certificate is left to it", documentation, special, rules::nss_before_3_77,
           LateManners{}},
    Client{"firefox", "Firefox: what its dialog lists, or picks without one", observed, everyday, rules::firefox,
           as_firefox},
    Client{"chromium-linux", "Chromium, Chrome and Edge on Linux (NSS database)", observed, everyday,
           rules::chromium_linux, as_chromium},
    Client{"chromium-windows", "Chrome and Edge on Windows", documentation, everyday, rules::chromium_windows,
           as_chromium},
    Client{"chromium-macos", "Chrome and Edge on macOS", documentation, everyday, rules::chromium_macos, as_chromium},
    Client{"boringssl", "BoringSSL with a credential that need not match the list", documentation, special,
           rules::boringssl, as_boringssl},
    Client{"go", "Go crypto/tls to 1.24: Config.Certificates", observed, everyday, rules::go_with_sha1, as_go},
    Client{"go-1.25", "Go crypto/tls 1.25 and later: Config.Certificates", documentation, special,
           rules::go_without_sha1, as_go},
    Client{"go-callback", "Go crypto/tls: GetClientCertificate that returns one whatever is asked, to 1.24", observed,
           special, rules::go_callback, as_go},
    Client{"java-sunx509", "Java 8 to 25, SunX509 key manager (the default)", observed, everyday, rules::java_sunx509,
           as_java},
    Client{"java-newsunx509", "Java, NewSunX509 (PKIX) key manager", observed, everyday, rules::java_newsunx509,
           as_java},
    Client{"java-26", "Java 26 and later, SunX509 key manager (the default)", documentation, special,
           rules::java_newsunx509, as_java},
    Client{"java-11.0.9", "Java before JDK-8206925 (8u271, 11.0.10, 15), SunX509 key manager", documentation, special,
           rules::java_before_8206925, as_java},
    Client{"schannel", "Schannel left to find a certificate by itself", documentation, everyday, rules::schannel,
           LateManners{}},
    Client{"winhttp", "WinHTTP programs that filter by the issuer list", documentation, everyday, rules::winhttp,
           LateManners{}},
    Client{"internet-explorer", "Internet Explorer and other WinINet programs", documentation, everyday, rules::winhttp,
           LateManners{}},
    Client{"curl-schannel", "curl with Schannel (Windows): --cert", documentation, everyday, rules::schannel_given_one,
           as_curl_schannel},
    Client{"dotnet-httpclient", ".NET HttpClient: ClientCertificates, or automatic", documentation, everyday,
           rules::dotnet_httpclient, LateManners{}},
    Client{"dotnet-sslstream", ".NET SslStream on Windows: ClientCertificates", documentation, everyday,
           rules::dotnet_sslstream_windows, as_sslstream},
    Client{"dotnet-sslstream-linux", ".NET SslStream on Linux: ClientCertificates", documentation, everyday,
           rules::dotnet_sslstream_linux, as_sslstream_linux},
    Client{"rustls", "rustls 0.20.8: with_single_cert (reqwest, ureq)", observed, everyday, rules::rustls, as_rustls},
    Client{"mbedtls", "Mbed TLS: mbedtls_ssl_conf_own_cert", observed, everyday, rules::mbedtls, as_mbedtls},
    Client{"wolfssl", "wolfSSL: wolfSSL_use_certificate", observed, everyday, rules::wolfssl, as_wolfssl},
};

} // namespace

std::span<const Client> known_clients()
{
    return table;
}

const Client* find_client(std::string_view name)
{
    const auto small = [](char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one; };
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Client& each) {
        return std::equal(each.name.begin(), each.name.end(), name.begin(), name.end(),
                          [&](char own, char asked) { return own == small(asked); });
    });
    return found == table.end() ? nullptr : found;
}

const char* to_string(Basis basis)
{
    return basis == Basis::observed ? "observed" : "documentation";
}

} // namespace mtls::clients
