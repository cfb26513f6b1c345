#include <array>

#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr auto table = std::to_array<CodeEntry>({
    {0x8009000A, "NTE_BAD_TYPE", "The key or provider is of another type than the call wants.",
     "Check which provider holds the key: certutil -store my THUMBPRINT shows it."},
    {0x8009000B, "NTE_BAD_KEY_STATE",
     "The key may not be used in this way: most often it is marked as not exportable and something tried to export "
     "it.",
     "Import the certificate again with an exportable key, or use it where it is."},
    {0x8009000D, "NTE_NO_KEY",
     "The container exists, but the key that was looked for is not in it: a key for signing where one for exchange "
     "was asked for, or none.",
     "certutil -repairstore my THUMBPRINT; if the key is gone, enrol or import anew."},
    {0x80090010, "NTE_PERM",
     "Access to the key was denied. The account of the service or application pool may not read the private key.",
     "certlm.msc, All Tasks, Manage Private Keys: give the account read permission."},
    {0x80090016, "NTE_BAD_KEYSET",
     "The key container does not exist, or this account cannot see it. Typical after a certificate was copied without "
     "its key, or belongs to another user's profile.",
     "certutil -repairstore my THUMBPRINT; import the PKCS#12 file into the store of the right account or machine."},
    {0x80090019, "NTE_KEYSET_NOT_DEF",
     "The provider that the key belongs to is not installed or not usable, e.g. the smart card's middleware.",
     "certutil -csplist; install the provider that certutil -store my names for the certificate."},
    {0x8009001A, "NTE_KEYSET_ENTRY_BAD", "The key container is damaged or cannot be opened as registered.",
     "Import the key again; on a virtual machine look for a broken or copied user profile."},
    {0x80090022, "NTE_SILENT_CONTEXT",
     "The key wants to ask its user something (a PIN, strong protection), and there is nobody to ask: a service, or a "
     "call that forbids dialogues.",
     "Use a key without strong protection for services; for cards, a session in which the PIN can be entered."},
    {0x80090029, "NTE_NOT_SUPPORTED",
     "The key's provider cannot do what was asked. With client certificates: an old CSP key that cannot sign with "
     "SHA-256 or RSA-PSS, which TLS 1.2 and 1.3 want.",
     "Move the key into a newer provider (import the PKCS#12 with a CNG key storage provider), or try --tls 1.2."},
    {0x8010006E, "SCARD_W_CANCELLED_BY_USER",
     "The user closed the dialogue that asked for the smart card or its PIN. The server then sees no certificate and "
     "answers as if there were none.",
     "Try again with the PIN; if the dialogue appears unasked, look which program opens the connection."},
});

} // namespace

std::span<const CodeEntry> key_codes()
{
    return table;
}

} // namespace mtls::explain
