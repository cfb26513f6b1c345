#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr auto table = std::to_array<CodeEntry>({
    {0x80091002, "CRYPT_E_UNKNOWN_ALGO", "The algorithm of a certificate or signature is not known here.",
     "Look at the signature algorithm and the key type; old Windows versions lack newer curves and RSA-PSS."},
    {0x80092002, "CRYPT_E_BAD_ENCODE", "Something could not be encoded or decoded: a damaged certificate or message.",
     "Read it with another program: openssl x509 -text -in FILE, or openssl asn1parse."},
    {0x80092004, "CRYPT_E_NOT_FOUND",
     "A certificate or property was looked for and not found. While checking a chain: a CA certificate that should "
     "have been in a store is not.",
     "Check that the store named in the configuration exists and holds what is meant (certutil -store NAME)."},
    {0x80092007, "CRYPT_E_SELF_SIGNED", "The certificate is self-signed where an issued one is wanted.",
     "A self-signed client certificate works only if it lies in the server's Trusted Root store itself."},
    {0x80092008, "CRYPT_E_DELETED_PREV", "The entry looked at was deleted from the store in the meantime.",
     "Try again; if it returns, two programs or policies change the store at once."},
    {0x80092009, "CRYPT_E_NO_MATCH", "No entry fits the search.",
     "Check thumbprint, subject or issuer that is searched for, and in which store."},
    {0x8009200B, "CRYPT_E_NO_KEY_PROPERTY",
     "The certificate is there, but nothing links it to a private key. It cannot be presented.",
     "certutil -repairstore my THUMBPRINT restores the link if the key exists; else import the PKCS#12 again."},
    {0x80092010, "CRYPT_E_REVOKED",
     "The certificate, or a CA above it, has been revoked. At an SChannel client also alert 44 from the server. IIS "
     "logs it with 403.13 (likely).",
     "Ask the CA when and why. certutil -verify -urlfetch CERTIFICATE.cer says which one in the chain."},
    {0x80092011, "CRYPT_E_NO_REVOCATION_DLL", "The component that would check revocation is missing or not registered.",
     "Repair the installation; look for third-party revocation providers that were removed."},
    {0x80092012, "CRYPT_E_NO_REVOCATION_CHECK",
     "Revocation could not be checked because the certificate says nothing of where: no CRL distribution point, no "
     "OCSP responder.",
     "Issue certificates with a revocation point, or turn the check off on the binding, knowing what that costs."},
    {0x80092013, "CRYPT_E_REVOCATION_OFFLINE",
     "The revocation point did not answer, so nobody knows whether the certificate is revoked. IIS refuses with "
     "403.13, the same as for a revoked one.",
     "On the server, as Local System (it has its own proxy settings: netsh winhttp show proxy): certutil -verify "
     "-urlfetch CERTIFICATE.cer. Expired CRLs count, too."},
    {0x80092014, "CRYPT_E_NOT_IN_REVOCATION_DATABASE", "The revocation service does not know this certificate.",
     "Check that OCSP responder or database belong to the CA that issued it, with its newest key."},
    {0x80092026, "CRYPT_E_SECURITY_SETTINGS", "A security policy of this machine forbids it.",
     "Look at group policies for certificates, weak signature algorithms and key sizes."},
    {0x80092027, "CRYPT_E_NO_VERIFY_USAGE_DLL", "The component that would check the usage is missing.",
     "Repair the installation."},
    {0x80092028, "CRYPT_E_NO_VERIFY_USAGE_CHECK", "The usage could not be checked.",
     "Look at the list (CTL) that the usage is checked against, if one is configured."},
    {0x80092029, "CRYPT_E_VERIFY_USAGE_OFFLINE", "The usage could not be checked because its server is not reachable.",
     "Check the network and proxy of the machine account."},
    {0x8009202A, "CRYPT_E_NOT_IN_CTL", "The certificate or its issuer is not in the certificate trust list.",
     "Look at Ctl Identifier and Ctl Store Name of the binding: netsh http show sslcert."},
    {0x8009202B, "CRYPT_E_NO_TRUSTED_SIGNER", "None of the signers of the trust list or message is trusted.",
     "Check the certificate that signed it."},
    {0x8009202C, "CRYPT_E_MISSING_PUBKEY_PARA",
     "The public key lacks its parameters: they would be inherited from the issuer, whose certificate is missing.",
     "Install the issuer's certificate, or issue keys with their own parameters."},
});

} // namespace

std::span<const CodeEntry> crypto_codes()
{
    return table;
}

} // namespace mtls::explain
