#include "probe/explain/finding_pages.hpp"

namespace mtls::explain {

const std::vector<FindingEntry>& request_findings()
{
    static const std::vector<FindingEntry> entries{
        {"no-certificate-request",
         "warning, critical with an expectation or candidate",
         "The server never asked for a client certificate, so none can be sent: not in the handshake, and not for the "
         "path that was requested.",
         "No CertificateRequest was seen. Certain for this path and this name; another path may ask (--path).",
         {{"iis",
           "clientcertnegotiation=enable on the binding, and access/@sslFlags with SslNegotiateCert for the site."},
          {"nginx", "ssl_verify_client on (or optional) in the server block that this name reaches."},
          {"apache", "SSLVerifyClient require in the virtual host."},
          {"haproxy", "verify required (or optional) and ca-file on the bind line."},
          {"any",
           "A load balancer in front that ends TLS hides the server behind it: verify there and pass the "
           "certificate on in a header, or pass TCP through. A page that says that no certificate was sent, where "
           "nobody asked for one, is the sign of it."}}},
        {"late-certificate-request",
         "info",
         "The server asks only after it has read the HTTP request: by renegotiation (TLS 1.2 and below) or by "
         "post-handshake authentication (TLS 1.3). Many clients and all of HTTP/2 cannot follow.",
         "The stage of the request was observed. Certain.",
         {{"iis", "clientcertnegotiation=enable on the binding makes it ask in the first handshake."},
          {"apache", "Move SSLVerifyClient from Location or Directory to the virtual host."}}},
        {"late-request-impossible",
         "critical",
         "The server wants to ask late, and in TLS 1.3 it cannot: the connection breaks or answers 500, while TLS 1.2 "
         "works.",
         "TLS 1.2 was seen to ask late; TLS 1.3 was seen to reset or to answer 500. Likely, since the reason lies "
         "inside "
         "the server.",
         {{"iis", "clientcertnegotiation=enable on the binding; or disabletls13=enable there."},
          {"apache", "Ask in the virtual host, or limit it to TLS 1.2 (SSLProtocol)."}}},
        {"upload-blocked-by-renegotiation",
         "critical",
         "A request with a large body is refused because the server must keep it while it asks for the certificate.",
         "413, or a broken connection, where the request comes by renegotiation. Likely.",
         {{"iis",
           "clientcertnegotiation=enable on the binding; or raise uploadReadAheadSize (49,152 bytes by default)."},
          {"apache", "SSLVerifyClient in the virtual host; or raise SSLRenegBufferSize."},
          {"client", "Send a small request first, or Expect: 100-continue."}}},
        {"probe-slow",
         "warning, critical if -c says so",
         "Asking took longer than -w or -c allows. Users wait as long, and some clients give up.",
         "The time from looking up the name to the end of the last connection, all ways of asking included. Certain "
         "for this run; the network has its part in it.",
         {{"any", "mtls-probe -v prints when each message came: a pause after our Certificate is often a revocation "
                  "check that goes out to the CA; one before ServerHello is the network or the load."}}},
        {"bindings-disagree",
         "warning, critical if clients are shut out",
         "The same target answers differently: with and without SNI, by one address or another, in one TLS version "
         "only, or from one time to the next. What a client gets is then a matter of luck.",
         "The variants were asked side by side, and their lists compared; what differs was asked once more, so that "
         "back ends that take turns are not taken for bindings. Critical: a version that clients prefer breaks off "
         "before the server asks, or (with --repeat) some connections let a candidate in and others do not. Certain; "
         "use --repeat for load balancers.",
         {{"iis",
           "netsh http show sslcert lists every binding: IP:port, Hostname:port, [::]:port and 0.0.0.0:port each "
           "have settings of their own. Make them equal."},
          {"nginx", "A ClientSignatureAlgorithms (ssl_conf_command) without an algorithm of TLS 1.3 breaks TLS 1.3."},
          {"any", "Compare the configuration of the back ends, of IPv4 and IPv6, and of the default host."}}},
        {"iis-bindings-not-used",
         "info",
         "The file of --iis-bindings says nothing about this server: no binding in it is for the address, port and "
         "name that were asked, or the one that is has another certificate than the server presents. The report then "
         "concludes nothing from it.",
         "The SHA-1 of the certificate that the server presented is compared with the Certificate Hash of the binding "
         "that should answer. Certain; why they differ is not: another server, an old file, a load balancer or proxy "
         "that ends TLS before IIS, one of several back ends.",
         {{"iis", "Run scripts/collect-iis.cmd, or netsh http show sslcert > sslcert.txt, on the server that answers."},
          {"any", "--connect ADDRESS asks one back end, past the load balancer."}}},
        {"signature-algorithm-not-offered",
         "warning",
         "The server does not list a signature algorithm that the key of this certificate can make. A client that "
         "keeps "
         "to the rules sends nothing.",
         "Key type and the algorithms of the request are compared. Certain for the request; clients differ in "
         "strictness.",
         {{"client", "Use a certificate with another kind of key."},
          {"any",
           "Widen the algorithms of the server (nginx, Apache: ssl_conf_command SignatureAlgorithms; Windows: the "
           "order and set of TLS algorithms by policy)."}}},
        {"certificate-type-not-offered",
         "warning",
         "The server (TLS 1.2 and below) does not list the kind of certificate that the candidate is, such as "
         "ecdsa_sign.",
         "certificate_types of the request against the key. Certain for the request.",
         {{"client", "Use a certificate with a key of a listed kind, usually RSA."},
          {"any", "Enable ECDSA authentication in the server's cipher suites."}}},
        {"clients-disagree",
         "info",
         "Some client programs would send the certificate to this server, and some would not.",
         "Predicted from how each program is known to choose, not observed: read it as likely.",
         {{"any", "Mend what the stricter programs stumble on; the report gives the reason for each."}}},
        {"accepted-without-certificate",
         "info, warning if it was shut in the baseline, critical with --expect-outcome reject",
         "The door opens without a client certificate: asking is all that the server does.",
         "A connection without a certificate got an answer that counts as acceptance. Certain for the path requested, "
         "but for a redirect (or a 404) that those with a certificate do not get: what stands behind the server may "
         "then tell them apart.",
         {{"iis", "access/@sslFlags: SslRequireCert, not only SslNegotiateCert."},
          {"nginx", "ssl_verify_client on, not optional; else check $ssl_client_verify in each location."},
          {"apache", "SSLVerifyClient require, not optional."},
          {"haproxy", "verify required, not optional; else check ssl_c_used in a rule."}}},
    };
    return entries;
}

} // namespace mtls::explain
