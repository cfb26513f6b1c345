#include <algorithm>
#include <array>

#include "probe/clients/client.hpp"

namespace mtls::clients {

namespace {

constexpr auto observed = Basis::observed;
constexpr auto documentation = Basis::documentation;

/// One row a client.
constexpr std::array table{
    Client{"openssl", "s_client and programs that load one certificate into OpenSSL 3", observed},
    Client{"openssl-strict", "openssl s_client -strict (SSL_CERT_FLAG_TLS_STRICT)", observed},
    Client{"curl", "curl with OpenSSL: --cert", observed},
    Client{"python", "Python ssl, requests, httpx: load_cert_chain", observed},
    Client{"nodejs", "Node.js: cert and key of tls and https", observed},
    Client{"nginx", "nginx as a client: proxy_ssl_certificate", documentation},
    Client{"gnutls", "libgnutls with one certificate and no callback", observed},
    Client{"gnutls-force", "libgnutls with GNUTLS_FORCE_CLIENT_CERT", observed},
    Client{"gnutls-cli", "gnutls-cli, and programs whose callback always answers", observed},
    Client{"wget", "Wget with GnuTLS (Debian): --certificate", observed},
    Client{"nss", "NSS 3.77 and later, the certificate is left to it", observed},
    Client{"nss-nickname", "NSS with a certificate named: tstclnt -n", observed},
    Client{"nss-3.76", "NSS before 3.77, the certificate is left to it", documentation},
    Client{"firefox", "Firefox: what its dialog lists, or picks without one", observed},
    Client{"chromium-linux", "Chromium, Chrome and Edge on Linux (NSS database)", observed},
    Client{"chromium-windows", "Chrome and Edge on Windows", documentation},
    Client{"chromium-macos", "Chrome and Edge on macOS", documentation},
    Client{"boringssl", "BoringSSL with a credential that need not match the list", documentation},
    Client{"go", "Go crypto/tls to 1.24: Config.Certificates", observed},
    Client{"go-1.25", "Go crypto/tls 1.25 and later: Config.Certificates", documentation},
    Client{"go-callback", "Go crypto/tls: GetClientCertificate that returns one whatever is asked", observed},
    Client{"java-sunx509", "Java 8 to 25, SunX509 key manager (the default)", observed},
    Client{"java-newsunx509", "Java, NewSunX509 (PKIX) key manager", observed},
    Client{"java-26", "Java 26 and later, SunX509 key manager (the default)", documentation},
    Client{"java-11.0.9", "Java before JDK-8206925 (8u271, 11.0.10, 15), SunX509 key manager", documentation},
    Client{"schannel", "Schannel left to find a certificate by itself", documentation},
    Client{"winhttp", "WinHTTP programs that filter by the issuer list", documentation},
    Client{"internet-explorer", "Internet Explorer and other WinINet programs", documentation},
    Client{"curl-schannel", "curl with Schannel (Windows): --cert", documentation},
    Client{"dotnet-httpclient", ".NET HttpClient: ClientCertificates, or automatic", documentation},
    Client{"dotnet-sslstream", ".NET SslStream on Windows: ClientCertificates", documentation},
    Client{"dotnet-sslstream-linux", ".NET SslStream on Linux: ClientCertificates", documentation},
    Client{"rustls", "rustls: with_client_auth_cert (reqwest, ureq)", documentation},
    Client{"mbedtls", "Mbed TLS: mbedtls_ssl_conf_own_cert", observed},
    Client{"wolfssl", "wolfSSL: wolfSSL_use_certificate", observed},
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
