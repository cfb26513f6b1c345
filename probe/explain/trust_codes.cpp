#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr auto table = std::to_array<CodeEntry>({
    {0x80096001, "TRUST_E_SYSTEM_ERROR", "A failure of the system while trust was being checked; no verdict.",
     "Look for an earlier error of the same moment in the CAPI2 event log."},
    {0x80096002, "TRUST_E_NO_SIGNER_CERT", "The certificate of the signer was not found.",
     "Send or install the missing certificate."},
    {0x80096003, "TRUST_E_COUNTER_SIGNER", "A countersignature is not valid.",
     "Concerns signed files and time stamps, not client certificates: look at what was really checked."},
    {0x80096004, "TRUST_E_CERT_SIGNATURE",
     "The signature of a certificate does not verify with the key of the supposed issuer: a damaged certificate, or "
     "another CA of the same name.",
     "openssl verify -CAfile CA.pem CERTIFICATE.pem; compare the authority key identifiers of a renewed CA."},
    {0x80096005, "TRUST_E_TIME_STAMP", "A time stamp is not valid.", "Concerns signed files, not client certificates."},
    {0x80096010, "TRUST_E_BAD_DIGEST", "The hash does not fit the contents: they were changed after signing.",
     "Get the object again from its source."},
    {0x80096019, "TRUST_E_BASIC_CONSTRAINTS",
     "A certificate in the chain acts as a CA and is not allowed to, or the chain is longer than a CA allows.",
     "openssl x509 -noout -ext basicConstraints -in CA.pem for each CA: CA:TRUE, and pathlen large enough."},
    {0x8009601E, "TRUST_E_FINANCIAL_CRITERIA", "A criterion of old code-signing policies is not met.",
     "Does not occur with client certificates: look at what was really checked."},
    {0x800B0001, "TRUST_E_PROVIDER_UNKNOWN", "The trust provider asked for is not known on this machine.",
     "Repair the registration of the component."},
    {0x800B0002, "TRUST_E_ACTION_UNKNOWN", "The trust provider does not know the kind of check asked for.",
     "A fault of the calling program."},
    {0x800B0003, "TRUST_E_SUBJECT_FORM_UNKNOWN", "The trust provider cannot deal with this kind of object.",
     "Check that it is a certificate, and not another file."},
    {0x800B0004, "TRUST_E_SUBJECT_NOT_TRUSTED", "The object is not trusted for the action asked for.",
     "Look in the CAPI2 event log for which condition failed."},
    {0x800B0100, "TRUST_E_NOSIGNATURE", "There is no signature where one is needed.",
     "Concerns files more than client certificates: look at what was really checked."},
    {0x800B0101, "CERT_E_EXPIRED",
     "A certificate in the chain has expired, or is not valid yet, by this machine's clock. IIS logs it with 403.17 "
     "(likely).",
     "Check the dates of the client's certificate and of each CA above it, then the clocks."},
    {0x800B0102, "CERT_E_VALIDITYPERIODNESTING",
     "A certificate is valid for longer than its CA, where the policy wants the periods to nest.",
     "Renew the certificate within its CA's validity; modern chain checks no longer ask for this."},
    {0x800B0103, "CERT_E_ROLE", "A certificate is used in a role that it was not issued for (end entity as CA).",
     "Look at basicConstraints and keyUsage of each CA in the chain."},
    {0x800B0104, "CERT_E_PATHLENCONST", "The chain is longer than one of its CAs allows (pathLenConstraint).",
     "openssl x509 -noout -ext basicConstraints -in CA.pem for each CA."},
    {0x800B0105, "CERT_E_CRITICAL", "A certificate has a critical extension that this machine does not understand.",
     "openssl x509 -noout -text: find the critical extension; issue without it, or not critical."},
    {0x800B0106, "CERT_E_PURPOSE", "A certificate is used for a purpose that its issuer did not state.",
     "Look at the extended key usage of the certificate and of the CAs above it."},
    {0x800B0107, "CERT_E_ISSUERCHAINING", "The certificate names an issuer that did not issue it.",
     "Compare authority and subject key identifiers: another CA of the same name is probably installed."},
    {0x800B0108, "CERT_E_MALFORMED",
     "A certificate in the chain is malformed, or a field that must be filled is empty.",
     "openssl x509 -noout -text on each certificate of the chain."},
    {0x800B0109, "CERT_E_UNTRUSTEDROOT",
     "The chain could be built, and its root is not trusted here; or SChannel could not use the root. IIS logs it with "
     "403.16, also when the Trusted Root store holds a certificate that is not self-signed (KB 2802568), although the "
     "right root is there.",
     "On the server: the root in LocalMachine (not CurrentUser) Trusted Root? Then Get-ChildItem cert:\\LocalMachine\\"
     "root -Recurse | Where-Object {$_.Issuer -ne $_.Subject}, or mtls-probe audit-store on an export of it."},
    {0x800B010A, "CERT_E_CHAINING",
     "No chain up to a root could be built: the certificate of a CA above is not to be found, an intermediate as a "
     "rule, "
     "or the root itself, which must lie on the server. IIS does not download what is missing.",
     "Install the intermediate CA into the server's Intermediate Certification Authorities, or send it with the "
     "client certificate (--chain); then look whether the root is in LocalMachine Trusted Root. certutil -verify "
     "CERTIFICATE.cer on the server says where the chain ends."},
    {0x800B010B, "TRUST_E_FAIL", "A trust check failed, without a closer reason.",
     "Turn on the CAPI2 event log and look at the chain it records."},
    {0x800B010C, "CERT_E_REVOKED", "The certificate, or a CA above it, was revoked by its issuer.",
     "certutil -verify -urlfetch CERTIFICATE.cer says which one; get a new certificate."},
    {0x800B010D, "CERT_E_UNTRUSTEDTESTROOT", "The chain ends in a test root, which is not accepted here.",
     "Use a certificate from a production CA."},
    {0x800B010E, "CERT_E_REVOCATION_FAILURE",
     "The revocation check could not be carried out: no verdict, which is taken for a refusal.",
     "certutil -verify -urlfetch CERTIFICATE.cer on the server; look for unreachable CRLs and OCSP responders."},
    {0x800B010F, "CERT_E_CN_NO_MATCH",
     "The name in the server's certificate is not the one that the client connected to.",
     "Connect by a name that the server's certificate holds. Nothing to do with the client's certificate."},
    {0x800B0110, "CERT_E_WRONG_USAGE",
     "The certificate may not be used for this purpose. For client authentication the extended key usage must be "
     "absent, or hold clientAuth (1.3.6.1.5.5.7.3.2), in every CA of the chain, too. IIS logs it with 403.16 (likely).",
     "openssl x509 -noout -ext extendedKeyUsage,keyUsage -in CERTIFICATE.pem, and the same for the CAs."},
    {0x800B0111, "TRUST_E_EXPLICIT_DISTRUST", "A certificate of the chain lies in the Untrusted Certificates store.",
     "certutil -store disallowed on the server; somebody, or Windows Update, distrusted it on purpose."},
    {0x800B0112, "CERT_E_UNTRUSTEDCA",
     "The chain is fine, but a CA in it is not trusted for this: by a policy, by name constraints of an enterprise, or "
     "since it is not in the store that the binding's mode demands. IIS logs it with 403.16 (likely).",
     "Look at ClientAuthTrustMode and at the store of the binding's Ctl Store Name; for logon, at the NTAuth store."},
    {0x800B0113, "CERT_E_INVALID_POLICY", "The certificate's policies do not satisfy what is required.",
     "Compare certificatePolicies and policyConstraints along the chain."},
    {0x800B0114, "CERT_E_INVALID_NAME", "A name in the chain is not permitted (name constraints), or not valid.",
     "openssl x509 -noout -ext nameConstraints -in CA.pem for each CA; compare with subject and alternative names."},
});

} // namespace

std::span<const CodeEntry> trust_codes()
{
    return table;
}

} // namespace mtls::explain
