#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr const char* all_lists =
    "With revocation checks on (nginx ssl_crl, Apache SSLCARevocationFile, HAProxy crl-file) the file must hold a "
    "current list of every CA that is checked: openssl crl -noout -issuer -nextupdate -in FILE.";
constexpr const char* look_at_it = "openssl x509 -noout -text -in FILE, for the certificate and each CA above it.";
constexpr const char* damaged = "Get the certificate again from the CA that issued it; the file may be damaged.";
constexpr const char* list_damaged = "Get the revocation list again from its CA: openssl crl -noout -text -in FILE.";
constexpr const char* stronger =
    "Have it reissued with an RSA key of 2048 bits, or an EC key, and with SHA-256; or lower the security level of the "
    "server's OpenSSL (SECLEVEL in its cipher string).";
constexpr const char* reissue_the_ca =
    "Have the CA certificate reissued as RFC 5280 wants it; or do without strict checks.";
constexpr const char* for_servers =
    "Look at what the program checks besides the chain: client certificates seldom meet this.";
constexpr const char* names_allowed =
    "Name constraints: compare what the CA certificate permits with the names in the certificate: openssl x509 -noout "
    "-text -in FILE.";
constexpr const char* responder =
    "With OCSP on (nginx ssl_ocsp, Apache SSLOCSPEnable) the server must reach the CA's responder, and it must answer "
    "for this certificate.";

/// By openssl/x509_vfy.h of OpenSSL 3.0: what a chain of client certificates seldom meets.
constexpr auto table = std::to_array<CodeEntry>({
    {1, "X509_V_ERR_UNSPECIFIED", "The chain did not verify, and OpenSSL does not say why.", look_at_it},
    {4, "X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE", "A signature in the chain cannot be read (RSA).", damaged},
    {5, "X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE", "The signature of a revocation list cannot be read (RSA).",
     list_damaged},
    {6, "X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
     "The public key of a CA in the chain cannot be read: of a kind that the server's OpenSSL does not know, or "
     "damaged.",
     look_at_it},
    {8, "X509_V_ERR_CRL_SIGNATURE_FAILURE",
     "The signature of a revocation list does not verify: it is from another CA of the same name, or damaged.",
     list_damaged},
    {13, "X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD", "A certificate's first date is written wrongly.", damaged},
    {14, "X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD", "A certificate's last date is written wrongly.", damaged},
    {15, "X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD", "The date of a revocation list is written wrongly.",
     list_damaged},
    {16, "X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD", "The last date of a revocation list is written wrongly.",
     list_damaged},
    {17, "X509_V_ERR_OUT_OF_MEM", "The server ran out of memory; not about the certificate.",
     "Look at the server's memory."},
    {25, "X509_V_ERR_PATH_LENGTH_EXCEEDED",
     "A CA of the chain may not have so many CAs below it (pathlen in its basicConstraints).",
     "Use a certificate that was issued higher up, or have that CA's certificate reissued without the limit."},
    {27, "X509_V_ERR_CERT_UNTRUSTED",
     "The root is there, and is not trusted for client certificates: a TRUSTED CERTIFICATE names other uses.",
     "openssl x509 -noout -text -in ROOT.pem shows Trusted Uses; give the server a plain certificate."},
    {28, "X509_V_ERR_CERT_REJECTED",
     "The root is marked as rejected for client certificates (a TRUSTED CERTIFICATE with Rejected Uses).",
     "openssl x509 -noout -text -in ROOT.pem shows Rejected Uses; give the server a plain certificate."},
    {29, "X509_V_ERR_SUBJECT_ISSUER_MISMATCH", "A certificate names another issuer than the CA above it is called.",
     look_at_it},
    {30, "X509_V_ERR_AKID_SKID_MISMATCH",
     "The issuer has the right name and another key: the key identifiers differ, as after a CA was renewed.",
     "Give the server the CA certificate whose subject key identifier is the certificate's authority key identifier."},
    {31, "X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH",
     "The issuer has the right name and another serial number than the certificate says, as after a CA was renewed.",
     "Give the server the CA certificate that the certificate's authority key identifier names."},
    {32, "X509_V_ERR_KEYUSAGE_NO_CERTSIGN", "A certificate that stands as an issuer may not sign certificates.",
     "Look for keyCertSign in the key usage of each CA above the certificate."},
    {33, "X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER", "The CA that signed the revocation list is not known to the server.",
     all_lists},
    {34, "X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION",
     "A certificate has an extension that is marked critical and that the server's OpenSSL does not know.",
     "Have it issued without that extension, or with the extension not critical."},
    {35, "X509_V_ERR_KEYUSAGE_NO_CRL_SIGN", "The CA may not sign revocation lists, and one of it is used.",
     "Look for cRLSign in the key usage of the CA; ask it for a list signed by one that may."},
    {36, "X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION",
     "A revocation list has a critical extension that the server's OpenSSL does not know.",
     "Ask the CA for a complete list, neither a delta nor one for a part of its certificates."},
    {37, "X509_V_ERR_INVALID_NON_CA", "The client's certificate bears the marks of a CA.",
     "Use a certificate with basicConstraints CA:FALSE."},
    {38, "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", "There are more proxy certificates (RFC 3820) than allowed.",
     look_at_it},
    {39, "X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE", "The key usage of a certificate lacks digitalSignature.",
     "Use a certificate whose key usage has digitalSignature."},
    {40, "X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED",
     "A proxy certificate (RFC 3820, as grids use them) came, and the server does not take any.",
     "Use the user's own certificate."},
    {41, "X509_V_ERR_INVALID_EXTENSION", "An extension of a certificate contradicts itself or cannot be read.",
     look_at_it},
    {42, "X509_V_ERR_INVALID_POLICY_EXTENSION", "The policies of a certificate cannot be read.", look_at_it},
    {43, "X509_V_ERR_NO_EXPLICIT_POLICY",
     "The server demands a certificate policy, and no valid one runs up the chain.",
     "Compare the policies (certificatePolicies) of the certificate and of each CA."},
    {44, "X509_V_ERR_DIFFERENT_CRL_SCOPE", "The revocation list is for another part of the CA's certificates.",
     "Ask the CA for the list that covers this certificate: its distribution point is in the certificate."},
    {45, "X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE", "An extension uses what OpenSSL does not support.", look_at_it},
    {46, "X509_V_ERR_UNNESTED_RESOURCE", "Addresses or numbers in a certificate (RFC 3779) are not those of its CA.",
     for_servers},
    {47, "X509_V_ERR_PERMITTED_VIOLATION",
     "A name in the certificate is not among those that a CA above it may issue for.", names_allowed},
    {48, "X509_V_ERR_EXCLUDED_VIOLATION", "A name in the certificate is one that a CA above it must not issue for.",
     names_allowed},
    {49, "X509_V_ERR_SUBTREE_MINMAX", "Name constraints of a CA use minimum or maximum, which nobody supports.",
     names_allowed},
    {50, "X509_V_ERR_APPLICATION_VERIFICATION",
     "The program itself refused the certificate, after OpenSSL or instead of it. Apache does so if OCSP fails.",
     "Ask the log of that program."},
    {51, "X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE",
     "Name constraints of a CA speak of a kind of name that OpenSSL cannot check.", names_allowed},
    {52, "X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX", "Name constraints of a CA are written wrongly.", names_allowed},
    {53, "X509_V_ERR_UNSUPPORTED_NAME_SYNTAX",
     "A name that name constraints must be checked against is written wrongly.", names_allowed},
    {54, "X509_V_ERR_CRL_PATH_VALIDATION_ERROR", "The chain of whoever signed the revocation list does not verify.",
     all_lists},
    {55, "X509_V_ERR_PATH_LOOP", "The chain of proxy certificates or of a revocation list leads back to itself.",
     look_at_it},
    {56, "X509_V_ERR_SUITE_B_INVALID_VERSION", "Suite B is demanded: the certificate is no version 3.", for_servers},
    {57, "X509_V_ERR_SUITE_B_INVALID_ALGORITHM", "Suite B is demanded: the key is no EC key.", for_servers},
    {58, "X509_V_ERR_SUITE_B_INVALID_CURVE", "Suite B is demanded: the curve is another one.", for_servers},
    {59, "X509_V_ERR_SUITE_B_INVALID_SIGNATURE_ALGORITHM", "Suite B is demanded: the signature is of another kind.",
     for_servers},
    {60, "X509_V_ERR_SUITE_B_LOS_NOT_ALLOWED", "Suite B is demanded: the curve is too weak for the level.",
     for_servers},
    {61, "X509_V_ERR_SUITE_B_CANNOT_SIGN_P_384_WITH_P_256",
     "Suite B is demanded: a P-256 key has signed a certificate with a P-384 key.", for_servers},
    {62, "X509_V_ERR_HOSTNAME_MISMATCH", "The certificate is for another host name.", for_servers},
    {63, "X509_V_ERR_EMAIL_MISMATCH", "The certificate is for another mail address.", for_servers},
    {64, "X509_V_ERR_IP_ADDRESS_MISMATCH", "The certificate is for another IP address.", for_servers},
    {65, "X509_V_ERR_DANE_NO_MATCH", "No TLSA record (DANE) fits the certificate.", for_servers},
    {66, "X509_V_ERR_EE_KEY_TOO_SMALL",
     "The key of the client's certificate is too short for the server's security level, such as RSA 1024.", stronger},
    {67, "X509_V_ERR_CA_KEY_TOO_SMALL", "The key of a CA in the chain is too short for the server's security level.",
     stronger},
    {68, "X509_V_ERR_CA_MD_TOO_WEAK",
     "A signature in the chain uses a digest that is too weak for the server's security level, such as SHA-1.",
     stronger},
    {69, "X509_V_ERR_INVALID_CALL", "The server called OpenSSL wrongly; not about the certificate.",
     "Look at the server's own faults, and whether its version is current."},
    {70, "X509_V_ERR_STORE_LOOKUP", "The server could not look into its store of CAs.",
     "Look at the file or folder of CAs, and whether the server may read it."},
    {71, "X509_V_ERR_NO_VALID_SCTS", "Certificate Transparency is demanded, and there is no valid proof.", for_servers},
    {72, "X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION", "The name of a proxy certificate (RFC 3820) is not as it must be.",
     look_at_it},
    {73, "X509_V_ERR_OCSP_VERIFY_NEEDED", "Whether the certificate is revoked must be asked by OCSP first.", responder},
    {74, "X509_V_ERR_OCSP_VERIFY_FAILED", "The OCSP answer for a certificate of the chain does not verify.", responder},
    {75, "X509_V_ERR_OCSP_CERT_UNKNOWN", "The OCSP responder does not know the certificate.", responder},
    {76, "X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM",
     "A certificate is signed in a way that the server's OpenSSL does not know.", stronger},
    {77, "X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH",
     "A certificate's signature is of another kind than its issuer's key.", damaged},
    {78, "X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY",
     "A certificate names two different signature algorithms for itself.", damaged},
    {79, "X509_V_ERR_INVALID_CA",
     "A certificate that stands as an issuer in the chain is no CA (OpenSSL before 3.0: number 24).",
     "Look for basicConstraints CA:TRUE in each certificate above the client's own."},
    {80, "X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA", "Strict checks: a certificate that is no CA has a path length.",
     reissue_the_ca},
    {81, "X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN", "Strict checks: a path length without keyCertSign.",
     reissue_the_ca},
    {82, "X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA", "Strict checks: keyCertSign in what is no CA.",
     reissue_the_ca},
    {83, "X509_V_ERR_ISSUER_NAME_EMPTY", "Strict checks: a certificate has an empty issuer.", reissue_the_ca},
    {84, "X509_V_ERR_SUBJECT_NAME_EMPTY", "Strict checks: a CA has an empty name.", reissue_the_ca},
    {85, "X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER", "Strict checks: no authority key identifier.", reissue_the_ca},
    {86, "X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER", "Strict checks: a CA has no subject key identifier.",
     reissue_the_ca},
    {87, "X509_V_ERR_EMPTY_SUBJECT_ALT_NAME", "Strict checks: the list of alternative names is empty.", reissue_the_ca},
    {88, "X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL",
     "Strict checks: the name is empty, and the alternative names are not critical.", reissue_the_ca},
    {89, "X509_V_ERR_CA_BCONS_NOT_CRITICAL", "Strict checks: a CA's basicConstraints are not critical.",
     reissue_the_ca},
    {90, "X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL", "Strict checks: the authority key identifier is critical.",
     reissue_the_ca},
    {91, "X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL", "Strict checks: the subject key identifier is critical.",
     reissue_the_ca},
    {92, "X509_V_ERR_CA_CERT_MISSING_KEY_USAGE", "Strict checks: a CA has no key usage.", reissue_the_ca},
    {93, "X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3", "Strict checks: extensions in a certificate that is no version 3.",
     reissue_the_ca},
    {94, "X509_V_ERR_EC_KEY_EXPLICIT_PARAMS",
     "The curve of a key is spelt out instead of named; OpenSSL takes no such key.",
     "Have it reissued with a named curve, such as P-256."},
});

} // namespace

std::span<const CodeEntry> rare_verify_codes()
{
    return table;
}

} // namespace mtls::explain
