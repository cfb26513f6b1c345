#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr auto plain = std::to_array<CodeEntry>({
    {5, "ERROR_ACCESS_DENIED",
     "Access denied. As sc-win32-status beside 403.7 it is only the echo of \"no certificate arrived\". Elsewhere: the "
     "account may not read a file or a private key.",
     "With 403.7 look at the issuer list and the client; else at the permissions of the account."},
    {50, "ERROR_NOT_SUPPORTED",
     "Not supported. With 500.0 on Server 2025 or Windows 11 24H2: the site wants a certificate late, and in TLS 1.3 "
     "the server can no longer ask for one (reported, not documented).",
     "Let the binding ask in the first handshake (clientcertnegotiation=enable), or turn TLS 1.3 off for it "
     "(disabletls13=enable)."},
    {64, "ERROR_NETNAME_DELETED",
     "The client closed or reset the connection before the answer was through. Ordinary in a web server's log.",
     "If it goes with failed logins: the client gave up, perhaps while it asked its user for a certificate or a PIN."},
    {995, "ERROR_OPERATION_ABORTED",
     "A pending read or write was abandoned: the connection was closed under it, or the program shut down.",
     "Look at the client and at the time-taken of the line."},
    {1168, "ERROR_NOT_FOUND",
     "What was looked for does not exist. From netsh http: there is no binding for that address or host name.",
     "netsh http show sslcert lists them; a binding for IP:port is not one for hostname:port."},
    {1236, "ERROR_CONNECTION_ABORTED", "The local side closed the connection.",
     R"(http.sys does so after limits and timeouts: look into %windir%\System32\LogFiles\HTTPERR.)"},
});

constexpr auto winhttp = std::to_array<CodeEntry>({
    {12044, "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED",
     "The server asked for a client certificate and the program has not supplied one. A program may go on without, or "
     "choose one and repeat.",
     "Give the program a certificate (WinHttpSetOption, or the service's configuration), with a key its account may "
     "use."},
    {12175, "ERROR_WINHTTP_SECURE_FAILURE",
     "TLS failed, the reason is told elsewhere: the server's certificate, the protocol version, or an alert after the "
     "client's certificate.",
     "Ask for the secure-failure flags, or read the Schannel event of the same second."},
    {12185, "ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY",
     "The client certificate chosen has no private key on this machine.",
     "Import the PKCS#12 file, not only the certificate; certutil -repairstore my THUMBPRINT."},
    {12186, "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY",
     "The client certificate has a private key, and this account may not use it.",
     "certlm.msc, All Tasks, Manage Private Keys: give the account of the service read permission."},
});

} // namespace

std::span<const CodeEntry> win32_codes()
{
    return plain;
}

std::span<const CodeEntry> winhttp_codes()
{
    return winhttp;
}

} // namespace mtls::explain
