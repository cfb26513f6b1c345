#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr auto table = std::to_array<CodeEntry>({
    {36870, "no access to the private key",
     "SChannel could not get at the private key of a certificate: on a server its own, on a client the one to be "
     "presented. The event holds an error code of the provider; explain that, too.",
     "certutil -repairstore my THUMBPRINT; read permission for the service account; for cards, the middleware."},
    {36871, "credential could not be created",
     "A TLS credential could not be made: often all protocol versions that the program wants are disabled, or its "
     "key is unusable.",
     "Compare the Protocols keys below SCHANNEL in the registry with what the program asks for."},
    {36874, "no common cipher suite",
     "A client offered no cipher suite that this server supports. It is not about client certificates, though it often "
     "stands beside such trouble.",
     "Compare the cipher suites; an ECDSA-only or RSA-only server certificate narrows them."},
    {36875, "no suitable client certificate",
     "The server asked for a client certificate, and this client found none that suits: none from a CA in the "
     "server's list, none with a key, or none for client authentication.",
     "mtls-probe --cert FILE HOST shows list and certificate side by side."},
    {36877, "client certificate did not validate",
     "The certificate that a client sent was not accepted by this server. The event's data hold the error code.",
     "Explain the code in the event (0x800B0109 and so on), then check the chain on the server."},
    {36881, "peer's certificate expired", "The certificate of the remote server is expired or not yet valid.",
     "Look at its dates and at this machine's clock."},
    {36882, "peer's CA not trusted", "The certificate of the remote server comes from a CA that is not trusted here.",
     "Put its root into this machine's Trusted Root store, if it deserves that."},
    {36884, "peer's name does not match", "The certificate of the remote server does not hold the name asked for.",
     "Connect by another name, or give the server another certificate."},
    {36885, "issuer list cut",
     "The list of trusted issuers is longer than SChannel sends (16,384 bytes on 2008 to 2012, 12,288 on Server 2003), "
     "so it was cut. Clients whose issuer fell off send nothing, and validation suffers, too (KB 2880390). The event "
     "is a warning that the default logging level hides.",
     "Put few CAs into a store of their own and name it on the binding (sslctlstorename), or clean the Trusted Root "
     "store: mtls-probe audit-store FILE counts the bytes."},
    {36886, "no server certificate", "There is no certificate on this system that could serve for TLS.",
     "Matters to services of the system itself, not to IIS bindings with a certificate."},
    {36887, "alert received", "The other side ended the connection with a fatal alert; its number is in the event.",
     "Explain that number: mtls-probe explain \"alert N\". On a server, it is the client that was not content."},
    {36888, "alert sent",
     "This side ended the connection with a fatal alert; its number and an internal state are in the event.",
     "Explain the number: mtls-probe explain \"alert N\". The internal state is SChannel's own."},
});

} // namespace

std::span<const CodeEntry> schannel_events()
{
    return table;
}

} // namespace mtls::explain
