#include <algorithm>
#include <array>

#include "probe/clients/client.hpp"

namespace mtls::clients {

namespace {

constexpr auto observed = Basis::observed;
constexpr auto documentation = Basis::documentation;
constexpr auto everyday = Use::everyday;
constexpr auto special = Use::special;

/// One row a client.
constexpr std::array table{
    Client{"openssl", "s_client and programs that load one certificate into OpenSSL 3", observed, everyday,
           rules::openssl},
    Client{"openssl-strict", "openssl s_client -strict (SSL_CERT_FLAG_TLS_STRICT)", observed, special,
           rules::openssl_strict},
    Client{"curl", "curl with OpenSSL: --cert", observed, everyday, rules::openssl},
    Client{"python", "Python ssl, requests, httpx: load_cert_chain", observed, everyday, rules::openssl},
    Client{"nodejs", "Node.js: cert and key of tls and https", observed, everyday, rules::openssl},
    Client{"nginx", "nginx as a client: proxy_ssl_certificate", observed, everyday, rules::openssl},
    Client{"gnutls", "libgnutls with one certificate and no callback", observed, everyday, rules::gnutls},
    Client{"gnutls-force", "libgnutls with GNUTLS_FORCE_CLIENT_CERT", observed, special, rules::gnutls_force},
    Client{"gnutls-cli", "gnutls-cli, and programs whose callback always answers", observed, special,
           rules::gnutls_callback},
    Client{"wget", "Wget with GnuTLS (Debian): --certificate", observed, everyday, rules::gnutls},
    Client{"nss", "NSS 3.77 and later, the certificate is left to it", observed, everyday, rules::nss},
    Client{"nss-nickname", "NSS with a certificate named: tstclnt -n", observed, special, rules::nss_nickname},
    Client{"nss-3.76", "NSS before 3.77, the certificate is left to it", documentation, special,
           rules::nss_before_3_77},
    Client{"firefox", "Firefox: what its dialog lists, or picks without one", observed, everyday, rules::firefox},
    Client{"chromium-linux", "Chromium, Chrome and Edge on Linux (NSS database)", observed, everyday,
           rules::chromium_linux},
    Client{"chromium-windows", "Chrome and Edge on Windows", documentation, everyday, rules::chromium_windows},
    Client{"chromium-macos", "Chrome and Edge on macOS", documentation, everyday, rules::chromium_macos},
    Client{"boringssl", "BoringSSL with a credential that need not match the list", documentation, special,
           rules::boringssl},
    Client{"go", "Go crypto/tls to 1.24: Config.Certificates", observed, everyday, rules::go_with_sha1},
    Client{"go-1.25", "Go crypto/tls 1.25 and later: Config.Certificates", documentation, special,
           rules::go_without_sha1},
    Client{"go-callback", "Go crypto/tls: GetClientCertificate that returns one whatever is asked, to 1.24", observed,
           special, rules::go_callback},
    Client{"java-sunx509", "Java 8 to 25, SunX509 key manager (the default)", observed, everyday, rules::java_sunx509},
    Client{"java-newsunx509", "Java, NewSunX509 (PKIX) key manager", observed, everyday, rules::java_newsunx509},
    Client{"java-26", "Java 26 and later, SunX509 key manager (the default)", documentation, special,
           rules::java_newsunx509},
    Client{"java-11.0.9", "Java before JDK-8206925 (8u271, 11.0.10, 15), SunX509 key manager", documentation, special,
           rules::java_before_8206925},
    Client{"schannel", "Schannel left to find a certificate by itself", documentation, everyday, rules::schannel},
    Client{"winhttp", "WinHTTP programs that filter by the issuer list", documentation, everyday, rules::winhttp},
    Client{"internet-explorer", "Internet Explorer and other WinINet programs", documentation, everyday,
           rules::winhttp},
    Client{"curl-schannel", "curl with Schannel (Windows): --cert", documentation, everyday, rules::schannel_given_one},
    Client{"dotnet-httpclient", ".NET HttpClient: ClientCertificates, or automatic", documentation, everyday,
           rules::dotnet_httpclient},
    Client{"dotnet-sslstream", ".NET SslStream on Windows: ClientCertificates", documentation, everyday,
           rules::dotnet_sslstream_windows},
    Client{"dotnet-sslstream-linux", ".NET SslStream on Linux: ClientCertificates", documentation, everyday,
           rules::dotnet_sslstream_linux},
    Client{"rustls", "rustls 0.20.8: with_single_cert (reqwest, ureq)", observed, everyday, rules::rustls},
    Client{"mbedtls", "Mbed TLS: mbedtls_ssl_conf_own_cert", observed, everyday, rules::mbedtls},
    Client{"wolfssl", "wolfSSL: wolfSSL_use_certificate", observed, everyday, rules::wolfssl},
};

} // namespace

std::span<const Client> known_clients()
{
    return table;
}

const Client* find_client(std::string_view name)
{
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Client& each) { return each.name == name; });
    return found == table.end() ? nullptr : found;
}

const char* to_string(Basis basis)
{
    return basis == Basis::observed ? "observed" : "documentation";
}

} // namespace mtls::clients
