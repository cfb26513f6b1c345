#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr const char* one_file =
    "Put root and intermediates into the one file that says who is trusted (nginx ssl_client_certificate, Apache "
    "SSLCACertificateFile, HAProxy ca-file), or have the client send the intermediates.";
constexpr const char* one_file_and_depth =
    "Put root and intermediates into the one file that says who is trusted (nginx ssl_client_certificate, Apache "
    "SSLCACertificateFile, HAProxy ca-file), or have the client send the intermediates. nginx: ssl_verify_depth must "
    "be "
    "at least the number of intermediates (1 unless set).";
constexpr const char* raise_the_depth =
    "nginx counts intermediates: ssl_verify_depth 2 for two (1 unless set). Apache counts the root as well: "
    "SSLVerifyDepth 2 for one intermediate (1 unless set).";
constexpr const char* all_lists =
    "With revocation checks on (nginx ssl_crl, Apache SSLCARevocationFile, HAProxy crl-file) the file must hold a "
    "current list of every CA that is checked: openssl crl -noout -issuer -nextupdate -in FILE.";

/// By openssl/x509_vfy.h of OpenSSL 3.0; what servers that use OpenSSL write into their logs.
constexpr auto table = std::to_array<CodeEntry>({
    {0, "X509_V_OK", "The certificate was verified.", "If the door stays shut, something behind TLS refuses it."},
    {2, "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT",
     "The issuer of a CA certificate in the chain is not known to the server: mostly the root is missing. A chain that "
     "is "
     "longer than ssl_verify_depth of nginx ends so as well.",
     one_file_and_depth},
    {3, "X509_V_ERR_UNABLE_TO_GET_CRL", "There is no revocation list of the issuer. The client hears unknown_ca.",
     all_lists},
    {7, "X509_V_ERR_CERT_SIGNATURE_FAILURE",
     "A signature in the chain does not verify: damaged, or a CA of the same name with another key.",
     "Compare the key identifiers: openssl x509 -noout -ext authorityKeyIdentifier,subjectKeyIdentifier -in FILE."},
    {9, "X509_V_ERR_CERT_NOT_YET_VALID", "A certificate of the chain is not valid yet.",
     "Compare its dates with the server's clock, in UTC."},
    {10, "X509_V_ERR_CERT_HAS_EXPIRED", "A certificate of the chain has expired; it may be an intermediate.",
     "openssl x509 -noout -dates -in FILE, for the certificate and each CA above; and the server's clock."},
    {11, "X509_V_ERR_CRL_NOT_YET_VALID", "The revocation list is not valid yet.", all_lists},
    {12, "X509_V_ERR_CRL_HAS_EXPIRED", "The revocation list is out of date, and so everybody is refused.", all_lists},
    {18, "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT", "The client's certificate is self-signed and not trusted by itself.",
     "Use one that a CA of the server has issued, or give the server this very certificate as trusted."},
    {19, "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN",
     "The chain ends in a root that the server does not have among its trusted CAs.", one_file},
    {20, "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
     "The issuer is neither in what the client sent nor in what the server trusts. A chain that is longer than "
     "ssl_verify_depth of nginx ends so as well.",
     one_file_and_depth},
    {21, "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE",
     "Only the client's own certificate is there, and its issuer is not known to the server.", one_file},
    {22, "X509_V_ERR_CERT_CHAIN_TOO_LONG",
     "There are more CAs in the chain than the server allows. OpenSSL itself seldom says so: a chain that is cut off "
     "by "
     "the depth ends in 20 or 2.",
     raise_the_depth},
    {23, "X509_V_ERR_CERT_REVOKED", "The certificate, or a CA above it, is on a revocation list.",
     "Get a new certificate; or ask the CA why it was revoked."},
    {24, "X509_V_ERR_NO_ISSUER_PUBLIC_KEY",
     "The certificate of a CA in the chain has no public key that can be read. Before OpenSSL 3.0 this number was "
     "X509_V_ERR_INVALID_CA: what stands as an issuer is no CA.",
     "Look for basicConstraints CA:TRUE in each certificate above the client's own."},
    {26, "X509_V_ERR_INVALID_PURPOSE",
     "The certificate is not meant for client authentication, or a CA above it forbids that.",
     "Its extended key usage, if it has one, must name clientAuth (anyExtendedKeyUsage is not enough): openssl x509 "
     "-noout -purpose -in FILE."},
    {34, "X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION",
     "A certificate of the chain has a critical extension that OpenSSL does not know, and so must be refused.",
     "Get a certificate in which it is not critical, or absent: openssl x509 -noout -text -in FILE."},
    {66, "X509_V_ERR_EE_KEY_TOO_SMALL",
     "The key of the client's certificate is too weak for the server's security level (level 2, the default of Debian "
     "and Ubuntu, wants RSA 2048).",
     "Get a certificate with a key of RSA 2048, EC P-256 or more."},
    {67, "X509_V_ERR_CA_KEY_TOO_SMALL", "The key of a CA is too weak for the server's security level.",
     "Get a certificate from a CA with a key of RSA 2048, EC P-256 or more."},
    {68, "X509_V_ERR_CA_MD_TOO_WEAK",
     "A certificate of the chain is signed with a digest that is too weak for the server's security level: SHA-1, MD5.",
     "Get a certificate that is signed with SHA-256: openssl x509 -noout -text -in FILE."},
});

} // namespace

std::span<const CodeEntry> verify_codes()
{
    return table;
}

} // namespace mtls::explain
