#include "probe/explain/finding_pages.hpp"

namespace mtls::explain {

const std::vector<FindingEntry>& certificate_findings()
{
    static const std::vector<FindingEntry> entries{
        {"certificate-expired",
         "critical",
         "The candidate, or a CA above it that is known, has expired.",
         "notAfter against this machine's clock. Certain, if the clock is right. That of a CA only if the server does "
         "not let the candidate in: it may have a newer certificate of that CA.",
         {{"client", "Renew it from the same CA, and remove the old one from the store: programs may still pick it."},
          {"any", "A CA: put its valid certificate in place of the expired one, in the client's file and at the "
                  "server."}}},
        {"certificate-not-yet-valid",
         "critical",
         "The candidate, or a CA above it that is known, is not valid yet.",
         "notBefore against this machine's clock. Certain, if the clock is right.",
         {{"client", "Compare the clocks of the CA, of the client and of the server; wait, or issue it anew."}}},
        {"certificate-expires-soon",
         "warning, critical if -c says so",
         "The candidate expires within 30 days, or the days that -w and -c name.",
         "notAfter against the clock. Certain.",
         {{"client", "Renew it now, and after that check the server's list if the CA has changed, too."}}},
        {"server-certificate-expires-soon",
         "warning, critical if -c says so",
         "The server's own certificate has fewer days left than -w or -c asks for, or has expired. It does not keep "
         "the probe from asking, but other clients will not come in.",
         "The earliest notAfter of the certificates that the server showed, over all ways of asking, against this "
         "machine's clock. Only judged with -w or -c. Certain, if the clock is right.",
         {{"iis", "Renew it, and bind it with netsh and every parameter as it was: IIS Manager and renewal tools drop "
                  "the Ctl Store Name. Then probe again: see ctl-store-lost."},
          {"any", "Renew it, and probe again afterwards."}}},
        {"key-mismatch",
         "critical",
         "The private key does not belong to the certificate: it cannot be presented.",
         "The public halves are compared. Certain.",
         {{"client",
           "openssl x509 -noout -pubkey -in CERTIFICATE.pem and openssl pkey -pubout -in KEY.pem must print the "
           "same."}}},
        {"key-missing",
         "warning",
         "There is a certificate without its private key: it can be judged, but not tried.",
         "No key in the file, nor beside it. Certain.",
         {{"client",
           "Give the key with --key, or a PKCS#12 file that holds it. On Windows, import the .pfx and not the "
           ".cer."}}},
        {"client-auth-usage-missing",
         "warning, critical if refused",
         "The certificate has an extended key usage, and client authentication is not in it. Or a CA above it has one "
         "without it, which limits whatever that CA issues. Clients hide it, servers refuse it. anyExtendedKeyUsage "
         "alone is enough for Windows, Go, GnuTLS and Java, and not for OpenSSL.",
         "The extensions are read. Certain of the certificate itself; that the refusal comes from it is likely.",
         {{"any", "Issue a certificate with clientAuth (1.3.6.1.5.5.7.3.2), or without extended key usage."},
          {"iis", "Such a certificate gives 403.16 with 2148204816 (likely)."}}},
        {"intermediate-missing",
         "warning",
         "Between the candidate and the CA that the server names there is a certificate that neither the candidate's "
         "file holds nor, perhaps, the server. Nobody can then see that they belong together.",
         "The chain that would be sent is followed upwards. That the server lacks the certificate as well is a "
         "possibility.",
         {{"client", "Put the intermediate into the certificate's file, or give it with --chain; in Windows into "
                     "Intermediate Certification Authorities."},
          {"iis", "Install it in the machine's Intermediate Certification Authorities: http.sys does not download it."},
          {"nginx",
           "Put it into ssl_client_certificate; ssl_verify_depth (1 unless set) must be at least the number of "
           "intermediates."}}},
    };
    return entries;
}

} // namespace mtls::explain
