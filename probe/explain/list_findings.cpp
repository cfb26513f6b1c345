#include "probe/explain/finding_pages.hpp"

namespace mtls::explain {

const std::vector<FindingEntry>& list_findings()
{
    static const std::vector<FindingEntry> entries{
        {"expected-issuer-missing",
         "critical",
         "A CA that should be in the server's list is not. Clients that hold a certificate from it offer nothing, and "
         "their users see no prompt.",
         "The list of the normal variant is compared with --expect-issuers, name by name after RFC 5280 §7.1. Certain.",
         {{"any", "Add the missing CA to what the server takes its names from, then reload it."}},
         true},
        {"unexpected-issuer",
         "warning",
         "The list names a CA that is not among the expected ones (exact mode). Usually harmless for the clients that "
         "work today, and a sign that the list comes from another place than you think.",
         "By comparison with --expect-issuers. Certain; what it means is for you to say.",
         {{"any", "Remove the CA where the names come from, or expect it, or use --expect-mode contains."}},
         true},
        {"ctl-store-lost",
         "critical, warning if nobody is refused",
         "The list looks like the whole Trusted Root store of a Windows server, and names nothing of what you expect "
         "or "
         "hold: the binding has lost the store that it was to take its names from (Ctl Store Name). IIS Manager drops "
         "it "
         "whenever the binding is edited there; tools that renew certificates do so, too.",
         "Concluded from many unrelated organisations in the list and from nothing in common with the expectation or "
         "the candidates: likely, not certain. It is certain with --iis-bindings when the binding that serves the "
         "target shows Ctl Store Name : (null).",
         {{"iis", "netsh http show sslcert on the server, then netsh http update sslcert with every parameter of the "
                  "binding and sslctlstorename=ClientAuthIssuer. From then on change this binding with netsh only, or "
                  "repeat the line after each renewal."},
          {"iis", "As a net below: keep the same CAs in LocalMachine\\ClientAuthIssuer, which is used when a binding "
                  "names no store (current versions)."},
          {"any", "If the server is none of Windows, it was likely given the CA bundle of its system in place of the "
                  "CAs of its clients."}},
         true},
        {"root-store-polluted",
         "critical, info if it explains no failure",
         "The Trusted Root store of a Windows server holds CA certificates that are not self-signed (KB 2802568). "
         "Windows "
         "then names only those, and takes only those for issuers: clients of every proper root are left out. With the "
         "list sent the result is 403.7, without it 403.16 with 2148204809.",
         "Every name in the list is known (from --expect-issuers, --issuer-certs or the candidates' chains) to belong "
         "to "
         "a CA that is not self-signed. After a 403 with an empty list it is only a possibility, and says so.",
         {{"iis", "After a 403 look first whether the root is in LocalMachine\\Root at all: certutil -store Root."},
          {"iis", "Find the culprits: Get-ChildItem cert:\\LocalMachine\\root -Recurse | Where-Object {$_.Issuer -ne "
                  "$_.Subject}, or mtls-probe audit-store on an export. Move them to Intermediate Certification "
                  "Authorities; look for the group policy that puts them back."},
          {"iis", "Workaround: ClientAuthTrustMode=2 below SCHANNEL, and a reboot. The cost: every binding of the "
                  "machine then trusts by its own store, or by Root alone if it names none."}}},
        {"issuer-list-truncated",
         "critical, info if no name is missing",
         "The list is cut: SChannel sends 16,384 bytes at most (2008 to 2012; Server 2003: 12,288), and the names "
         "beyond are missing. A cut list breaks validation on the server as well (KB 2880390).",
         "The list's size is close to a limit and expected names are missing. Likely; event 36885 on the server proves "
         "it, if its logging level shows warnings.",
         {{"iis", "Name a store with few CAs on the binding (sslctlstorename=ClientAuthIssuer), or clean Trusted Root: "
                  "mtls-probe audit-store counts the bytes."},
          {"any", "Other servers have no such limit, but clients have theirs: keep the list short."}}},
        {"issuer-list-changed",
         "warning, info if only the order changed",
         "What the server asks for is not what it asked for in the baseline report: whether it asks, the names, when "
         "it "
         "asks, or the certificate types. Another order of the same names is told, too, and is no warning.",
         "Each way of asking is compared with the same one in --baseline, name by name after RFC 5280 §7.1. Certain; "
         "whether the change was meant is not known.",
         {{"any", "Find out who changed the store, the file or the binding; make a new baseline if it was meant."}},
         true},
        {"baseline-incomplete",
         "info, warning if nothing could be compared",
         "Ways of asking (server name, TLS versions) stand only in this run or only in the baseline, so nobody can say "
         "whether they changed. If none stands in both the verdict is unknown: there was no comparison.",
         "A way of asking is looked up in --baseline by its server name and the versions that it offers. Certain; the "
         "report lists each without a counterpart, and why.",
         {{"any", "Ask as the baseline was asked (the same --tls, --variants, --sni and --list-only), or take a new "
                  "baseline with the options of now."}}},
        {"issuer-encoding-differs",
         "warning",
         "A name in the list equals that of the certificate's issuer by RFC 5280 §7.1, but its bytes differ (another "
         "string type, case or blanks). Java takes it, and OpenSSL does not look; Go, GnuTLS, Firefox and Chromium on "
         "Linux compare bytes and find no match; NSS minds case and blanks, but not string types.",
         "Both encodings are compared. Certain; which clients stumble is predicted by their rules (mtls-probe match).",
         {{"any",
           "Give the server the very CA certificate that issued the client certificates: its subject has the same "
           "bytes as their issuer."}}},
        {"list-differs-from-trust",
         "critical, warning if nobody is refused",
         "The CAs that the server names are not those that it trusts. It refuses a certificate whose CA it names, or "
         "lets one in whose CA it does not name; and most programs never send that one.",
         "From what became of each candidate, beside the list of the very connection that presented it. Likely where "
         "only a refusal shows it, since a CA of the same name with another key, or a limit to the length of chains, "
         "looks the same; certain where somebody is let in whose whole chain is known and not named.",
         {{"any", "Name what is trusted and trust what is named: on most servers that is one file in two settings."},
          {"iis", "Which names are sent depends on the store, who is trusted on ClientAuthTrustMode as well."}},
         true},
        {"duplicate-issuer",
         "info",
         "The list names a CA more than once, usually from two certificates of one CA. Harmless.",
         "Counted in the list. Certain.",
         {{"any", "Remove the older certificate if it is not needed; every copy counts against SChannel's limit."}}},
        {"issuer-list-empty",
         "info, warning with an expectation",
         "The server asks for a certificate without naming CAs. Every certificate may be offered, and the user may "
         "have "
         "to choose. It is the default of Windows since Server 2012.",
         "The request of the normal variant holds no names. Certain.",
         {{"iis", "To send names: SendTrustedIssuerList=1 below SCHANNEL, and a store on the binding."},
          {"any", "Nothing to do, unless a list is expected or users complain about the choice."}},
         true},
        {"malformed-certificate-request",
         "critical",
         "The certificate request breaks its specification: a length does not fit, or an entry is not a distinguished "
         "name. Some clients then abort, some ignore the list.",
         "The report gives the field and the byte. Certain.",
         {{"any",
           "Look at what generates the message: a TLS-terminating device, or a hand-made file of names. mtls-probe "
           "decode shows the bytes."}}},
        {"issuer-not-advertised",
         "warning, critical if refused or --expect-outcome accept",
         "The server's list does not name the CA of this certificate, nor one above it. Most clients will not offer "
         "it.",
         "The names over the certificate, as far as its chain and --issuer-certs reach, are looked up in the list. "
         "Certain for the names; whether a client sends the certificate nevertheless is its choice.",
         {{"client",
           "Use a certificate from a CA in the list; give the intermediates along (--chain, --issuer-certs)."},
          {"any", "Or add the issuing CA to the server's list."}},
         true},
    };
    return entries;
}

} // namespace mtls::explain
